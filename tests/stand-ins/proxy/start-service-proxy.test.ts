import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startGitHubStandIn } from '../github/start-github-stand-in.ts';
import type { GitHubStandIn } from '../github/start-github-stand-in.ts';
import { startServiceProxy } from './start-service-proxy.ts';
import type { ServiceProxy } from './start-service-proxy.ts';

let github: GitHubStandIn;
let proxy: ServiceProxy;

beforeEach(async () => {
  github = await startGitHubStandIn();
  proxy = await startServiceProxy({ github: github.url });
});

afterEach(async () => {
  await proxy.close();
  await github.close();
});

/** A process that knows the proxy from its environment alone, as n8n does. */
async function fetchThroughProxy(url: string): Promise<string> {
  const script = 'fetch(process.argv[1]).then(async (answer) => console.log(answer.status, await answer.text()), (error) => console.log(String(error.cause ?? error)))';
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, url], {
    env: { PATH: process.env.PATH, NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: proxy.proxyUrl, NODE_EXTRA_CA_CERTS: proxy.caFile },
  });
  return stdout;
}

test("a service's real address leads to its stand-in, over trusted TLS", async () => {
  github.addRepository({ owner: 'acme', name: 'shop' });
  expect(await fetchThroughProxy('https://api.github.com/repos/acme/shop')).toMatch(/^200 .*"full_name":"acme\/shop"/);
  expect(github.requests).toHaveLength(1);
  expect(proxy.refused).toEqual([]);
  github.assertNoViolations();
});

test.each(['https://example.com/secret', 'https://api.linear.app/graphql'])('%s, for which nothing stands in, is refused and recorded', async (url) => {
  expect(await fetchThroughProxy(url)).toMatch(/^502 .*not to https:/);
  expect(proxy.refused).toEqual([`GET ${url}`]);
});
