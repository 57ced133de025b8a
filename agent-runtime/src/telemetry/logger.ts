import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

const SECRET_HEADERS = ['authorization', 'cookie', 'x-api-key'];
const SECRET_FIELDS = ['apiKey', 'token', 'password', 'secret'];

/**
 * The log of the process: JSON lines on stdout. Known places of secrets are blanked, and the query of every address is
 * cut, because the address of a callback carries its authorization there.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: [
        ...SECRET_HEADERS.flatMap((header) => [`headers["${header}"]`, `*.headers["${header}"]`, `*.*.headers["${header}"]`]),
        ...SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]),
      ],
      censor: '[redacted]',
    },
    hooks: { streamWrite: withoutQueries },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Cuts the query of every http address in a line. */
function withoutQueries(line: string): string {
  return line.replace(/(https?:\/\/[^\s"'\\?]+)\?[^\s"'\\<>)]*/g, '$1?[cut]');
}
