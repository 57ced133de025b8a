import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { freePort, requireFreePorts } from '../../../local/steps/ports.mjs';

const wanted = (port: number, option = '--port', variable = 'AIOS_PORT') => ({ port, what: 'the agent runtime', option, variable });

test('a taken port is named with the ways to choose another', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(requireFreePorts([wanted(port)])).rejects.toMatchObject({
    message: `port ${port} of the agent runtime is taken by another program.`,
    advice: expect.stringMatching(/npm start -- --port \d+.*AIOS_PORT in \.env/),
  });
  server.close();
});

test('free ports pass', async () => {
  await expect(requireFreePorts([wanted(await freePort())])).resolves.toBeUndefined();
});

test('one port for two programs is refused', async () => {
  const port = await freePort();
  await expect(requireFreePorts([wanted(port), wanted(port, '--n8n-port', 'N8N_PORT')])).rejects.toThrow(/asked for twice/);
});
