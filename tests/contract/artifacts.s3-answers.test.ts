import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { closeStores, failureOf, openS3, SECRET, unavailable } from './s3-artifacts.ts';

afterEach(closeStores);

describe('an address', () => {
  test.each([
    ['not a url', 'not an http or https address'], ['ftp://host/bucket', 'not an http or https address'], ['https://host', 'names no bucket'],
    ['https://host/B', 'names no bucket'], [`https://key:${SECRET}@host/bucket`, 'AIOS_S3_SECRET_KEY'], ['https://host/bucket?regoin=x', 'regoin'],
  ])('such as %s is refused', async (url, words) => {
    expect(await failureOf((async () => openS3(url))())).toEqual(unavailable('AIOS_S3_URL', words));
  });

  test('where nothing listens is named', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    expect(await failureOf(openS3(`http://127.0.0.1:${port}/bucket`).ping())).toEqual(unavailable(`http://127.0.0.1:${port}/bucket`, 'nothing listens', 'AIOS_S3_URL'));
  });

  test('where something else than S3 answers is named', async () => {
    const server = createServer((_, response) => response.writeHead(404).end('<html>no such page</html>')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    expect(await failureOf(openS3(`http://127.0.0.1:${(server.address() as { port: number }).port}/bucket`).ping())).toEqual(unavailable('404', 'is it an S3 server', 'AIOS_S3_URL'));
    server.close();
  });
});

describe('a server', () => {
  /** Answers like a prepared bucket, and to PUT of an object as `answer` says. */
  async function withServer(answer: { readonly status: number; readonly code: string } | 'silence', work: (url: string, requests: string[]) => Promise<void>): Promise<void> {
    const requests: string[] = [];
    const server = createServer(async (request, response) => {
      requests.push(`${request.method} ${request.url}`);
      await buffer(request);
      if (request.url?.includes('versioning') && request.method === 'GET') return response.end('<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>');
      if (answer !== 'silence') response.writeHead(answer.status).end(`<Error><Code>${answer.code}</Code><Message>${SECRET}</Message></Error>`);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      await work(`http://127.0.0.1:${(server.address() as { port: number }).port}/bucket`, requests);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  test.each([
    [507, 'XMinioStorageFull', 'no room left'], [403, 'QuotaExceeded', 'quota'], [503, 'SlowDown', 'busy'], [400, 'BadDigest', 'changed on the way'],
    [400, 'AuthorizationHeaderMalformed', 'region'], [404, 'NoSuchBucket', 'bucket'], [403, 'RequestTimeTooSkewed', 'clock'],
  ])('that answers %i %s is not ready, with advice', async (status, code, words) => {
    await withServer({ status, code }, async (url) => {
      expect(await failureOf(openS3(url).put('a', Buffer.from('x')))).toEqual(unavailable(url, code, words));
    });
  });

  test('is asked again where it surely did nothing, a few times', async () => {
    await withServer({ status: 503, code: 'SlowDown' }, async (url, requests) => {
      await failureOf(openS3(url).put('a', Buffer.from('x')));
      expect(requests.filter((request) => request.startsWith('PUT'))).toHaveLength(3);
    });
  });

  test('is not sent an artifact twice where it may have stored it', async () => {
    await withServer({ status: 500, code: 'InternalError' }, async (url, requests) => {
      await failureOf(openS3(url).put('a', Buffer.from('x')));
      expect(requests.filter((request) => request.startsWith('PUT'))).toHaveLength(1);
    });
  });

  test('that is silent is given up', async () => {
    await withServer('silence', async (url) => {
      expect(await failureOf(openS3(url, { timeoutMs: 200 }).stat('a'))).toEqual(unavailable('does not answer', 'ETIMEDOUT'));
    });
  });

  test('that keeps no versions is refused', async () => {
    const server = createServer((request, response) => (
      request.method === 'GET' ? response.end('<VersioningConfiguration/>') : response.writeHead(501).end('<Error><Code>NotImplemented</Code></Error>'))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    expect(await failureOf(openS3(`http://127.0.0.1:${(server.address() as { port: number }).port}/bucket`).put('a', Buffer.from('x')))).toEqual(unavailable('refuses to keep versions', 'NotImplemented'));
    server.close();
  });
});
