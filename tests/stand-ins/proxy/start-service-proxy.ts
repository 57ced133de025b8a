import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateCACertificate, getLocal } from 'mockttp';
import type { Mockttp } from 'mockttp';

export interface ServiceProxyOptions {
  /** Address of what stands in for api.github.com; likewise the others. A service without one is refused. */
  readonly github?: string;
  /** For api.linear.app. */
  readonly linear?: string;
  /** For slack.com. */
  readonly slack?: string;
  /** For api.openai.com. */
  readonly openai?: string;
}

/** An HTTP proxy that reads TLS and leads the services' real addresses to stand-ins. Nothing else gets through. */
export interface ServiceProxy {
  /** For HTTPS_PROXY. */
  readonly proxyUrl: string;
  /** PEM of the authority that signs its certificates, for NODE_EXTRA_CA_CERTS. */
  readonly caFile: string;
  /** What was asked of any other host and refused, as `GET https://host/path`. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

const HOSTS = { github: 'api.github.com', linear: 'api.linear.app', slack: 'slack.com', openai: 'api.openai.com' } as const;

export async function startServiceProxy(options: ServiceProxyOptions): Promise<ServiceProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'service-proxy-'));
  const authority = await generateCACertificate({ subject: { commonName: 'Stand-in services' } });
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, authority.cert);
  const proxy = getLocal({ https: authority, http2: false, recordTraffic: false });
  await startOnLoopback(proxy);

  const refused: string[] = [];
  for (const [service, host] of Object.entries(HOSTS)) {
    const target = options[service as keyof typeof HOSTS];
    if (target !== undefined) await proxy.forAnyRequest().forHostname(host).always().thenForwardTo(target);
  }
  await proxy.forUnmatchedRequest().thenCallback((request) => {
    refused.push(`${request.method} ${request.url}`);
    return { statusCode: 502, body: `the tests' proxy leads nowhere but to the stand-ins, not to ${request.url}` };
  });
  return {
    proxyUrl: `http://127.0.0.1:${proxy.port}`,
    caFile,
    refused,
    async close() {
      await proxy.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** mockttp listens on all interfaces and has no option for it: while it starts, listening means listening here only. */
async function startOnLoopback(proxy: Mockttp): Promise<void> {
  const listen = net.Server.prototype.listen;
  net.Server.prototype.listen = function listenOnLoopback(this: net.Server, ...parameters: unknown[]) {
    const [port] = parameters;
    return typeof port === 'number' && typeof parameters[1] !== 'string'
      ? listen.call(this, { port, host: '127.0.0.1' })
      : Reflect.apply(listen, this, parameters) as net.Server;
  } as typeof listen;
  try {
    await proxy.start(0);
  } finally {
    net.Server.prototype.listen = listen;
  }
}
