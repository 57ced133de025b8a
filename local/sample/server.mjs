import { createServer } from 'node:http';
import path from 'node:path';
import { createApi } from './api.mjs';
import { readChange } from './change.mjs';
import { openedPayload } from './github-objects.mjs';
import { pullRequestPage } from './page.mjs';
import { SAMPLE, makeSampleRepository } from './repository.mjs';
import { createReviewStore } from './reviews.mjs';

const HOST = '127.0.0.1';
const API = '/api/v3/';
const LARGEST_BODY = 4 * 1024 * 1024;

/** @param {import('node:http').IncomingMessage} request */
async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LARGEST_BODY) return { tooLarge: true, json: undefined };
    chunks.push(chunk);
  }
  try {
    return { tooLarge: false, json: chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString('utf8')) : undefined };
  } catch {
    return { tooLarge: false, json: null };
  }
}

/**
 * Makes the sample repository where it is missing and serves it on this machine: GitHub's API for the runtime, a page of
 * the pull request for people. Reviews that are posted are kept in the data folder.
 * @param {{ dataFolder: string, port: number }} options `port` 0: a free one
 */
export async function startSample({ dataFolder, port }) {
  const folder = path.join(dataFolder, 'sample');
  makeSampleRepository(folder);
  const found = readChange(folder);
  const change = () => found;
  const store = createReviewStore(path.join(dataFolder, 'sample-reviews.json'));
  const at = { web: '', api: '' };
  const api = createApi({ folder, at, change, store });

  const server = createServer(async (request, response) => {
    /** @param {number} status @param {string} type @param {string} text */
    const send = (status, type, text) => response.writeHead(status, {
      'content-type': `${type}; charset=utf-8`, 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    }).end(text);
    try {
      const url = new URL(request.url ?? '/', at.web);
      if (url.pathname.startsWith(API)) {
        const body = await readBody(request);
        if (body.tooLarge || body.json === null) return send(body.tooLarge ? 413 : 400, 'application/json', JSON.stringify({ message: 'Problems parsing JSON' }));
        const answer = api(request.method ?? 'GET', url.pathname.slice(API.length), url, body.json);
        return send(answer.status, 'application/json', JSON.stringify(answer.body));
      }
      if (url.pathname === `/${SAMPLE.owner}/${SAMPLE.repository}/pull/${SAMPLE.number}`) {
        return send(200, 'text/html', pullRequestPage({ change: found, reviews: store.reviews(), checkRuns: store.checkRuns() }));
      }
      return send(404, 'text/plain', 'There is only the pull request of the sample here.');
    } catch (error) {
      return send(500, 'application/json', JSON.stringify({ message: error instanceof Error ? error.message : String(error) }));
    }
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, HOST, () => resolve(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  at.web = `http://${HOST}:${address.port}`;
  at.api = `${at.web}${API.slice(0, -1)}`;

  return {
    apiUrl: at.api,
    pageUrl: `${at.web}/${SAMPLE.owner}/${SAMPLE.repository}/pull/${SAMPLE.number}`,
    /** What GitHub would send when the pull request is opened. */
    payload: () => openedPayload(at, found),
    reviews: () => store.reviews(),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof startSample>>} Sample */
