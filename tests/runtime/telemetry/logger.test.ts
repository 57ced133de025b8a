import { describe, expect, test } from '@jest/globals';
import { createLogger } from '../../../agent-runtime/src/telemetry/logger.ts';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): { text: string; lines: Record<string, unknown>[] } {
  const lines: string[] = [];
  write(createLogger('info', { write: (line) => { lines.push(line); } }));
  return { text: lines.join(''), lines: lines.map((line) => JSON.parse(line)) };
}

describe('the log', () => {
  test('is JSON lines with a time and a level by name', () => {
    const { lines } = logged((logger) => logger.info({ event: 'ready' }, 'ready'));
    expect(lines).toEqual([{ level: 'info', time: expect.stringMatching(/^\d{4}-.+Z$/), event: 'ready', msg: 'ready' }]);
  });

  test('blanks secrets in the places they are known to be', () => {
    const { text } = logged((logger) => {
      logger.info({ headers: { authorization: 'Bearer hidden-1', 'x-api-key': 'hidden-2' } });
      logger.info({ request: { headers: { authorization: 'Bearer hidden-3' } } });
      logger.info({ err: Object.assign(new Error('it failed'), { request: { headers: { authorization: 'hidden-4' } } }) });
      logger.info({ token: 'hidden-5', github: { token: 'hidden-6' }, anthropic: { apiKey: 'hidden-7' } });
    });
    expect(text).not.toContain('hidden');
    expect(text).toContain('[redacted]');
  });

  test('cuts the query of every address, wherever it stands', () => {
    const { text, lines } = logged((logger) => {
      logger.warn({ url: 'http://127.0.0.1:5678/webhook-waiting/7/node?signature=hidden' }, 'callback');
      logger.error({ err: new Error('POST https://n8n.example.com/w?token=hidden&x="hidden failed') }, 'see https://n8n.example.com/a?b=hidden.');
    });
    expect(text).not.toContain('=hidden');
    expect(lines[0]).toMatchObject({ url: 'http://127.0.0.1:5678/webhook-waiting/7/node?[cut]' });
    expect(lines).toHaveLength(2);
  });
});
