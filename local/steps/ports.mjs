import { createServer } from 'node:net';
import { Failure } from '../failure.mjs';

const HOST = '127.0.0.1';

/** @param {number} port @returns {Promise<NodeJS.ErrnoException | null>} */
const whyNotFree = (port) => new Promise((resolve) => {
  const server = createServer();
  server.once('error', (error) => resolve(error));
  server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => resolve(null)));
});

/**
 * Throws a Failure that names every port that can't be used and how to choose another.
 * @param {readonly { port: number, what: string, option: string, variable: string }[]} wanted
 */
export async function requireFreePorts(wanted) {
  const problems = [];
  for (const { port, what, option, variable } of wanted) {
    if (wanted.some((other) => other.port === port && other.option !== option)) {
      problems.push({ text: `port ${port} is asked for twice (${what})`, option, variable, port });
      continue;
    }
    const error = await whyNotFree(port);
    if (error === null) continue;
    const reason = error.code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used (${error.code})`;
    problems.push({ text: `port ${port} of ${what} ${reason}`, option, variable, port });
  }
  if (problems.length === 0) return;
  const advice = problems.map(({ option, variable, port }) =>
    `Choose another with \`npm start -- ${option} ${port > 60_000 ? port - 100 : port + 100}\` or ${variable} in .env, or stop that program.`);
  throw new Failure(`${problems.map(({ text }) => text).join('; ')}.`, advice.join('\n'));
}

/** A port nobody uses now. @returns {Promise<number>} */
export const freePort = () => new Promise((resolve, reject) => {
  const server = createServer();
  server.once('error', reject);
  server.listen(0, HOST, () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
  });
});
