import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRuntime } from '../crash/runtime-process.ts';
import type { RuntimeProcess } from '../crash/runtime-process.ts';
import { startGitHubStandIn } from '../stand-ins/github/start-github-stand-in.ts';
import type { GitHubStandIn } from '../stand-ins/github/start-github-stand-in.ts';
import { startLinearStandIn } from '../stand-ins/linear/start-linear-stand-in.ts';
import type { LinearStandIn } from '../stand-ins/linear/start-linear-stand-in.ts';
import { startAnthropicStandIn } from '../stand-ins/llm/anthropic/start-anthropic-stand-in.ts';
import type { LlmStandIn } from '../stand-ins/llm/stand-in.ts';
import { startServiceProxy } from '../stand-ins/proxy/start-service-proxy.ts';
import type { ServiceProxy } from '../stand-ins/proxy/start-service-proxy.ts';
import { startSlackStandIn } from '../stand-ins/slack/start-slack-stand-in.ts';
import type { SlackStandIn } from '../stand-ins/slack/start-slack-stand-in.ts';
import { freePorts, startN8n } from './n8n.ts';
import type { N8n, SeededCredential, Workflow } from './n8n.ts';

/** The key that n8n's credential holds for the runtime. */
export const RUNTIME_KEY = 'key-of-the-end-to-end-tests';
export const AIOS_CREDENTIAL = 'aiosRuntimeTests';

/** A real n8n with our package, a real runtime, and stand-ins for all that is outside. */
export interface Suite {
  readonly n8n: N8n;
  readonly runtime: RuntimeProcess;
  readonly github: GitHubStandIn;
  readonly linear: LinearStandIn;
  readonly slack: SlackStandIn;
  readonly model: LlmStandIn;
  /** Asks the runtime's API, as an operator would. */
  askRuntime(path: string): Promise<unknown>;
  /** Throws when a request broke a service's contract or went to a host that has no stand-in. */
  assertNoViolations(): void;
  close(): Promise<void>;
}

export interface SuiteOptions {
  readonly workflows?: readonly Workflow[];
  /** Ids of those to publish. Default: all. */
  readonly publish?: readonly string[];
  readonly credentials?: readonly SeededCredential[];
  /** Called when the stand-ins are there and nothing else: puts pull requests into GitHub, for example. */
  readonly prepare?: (standIns: Pick<Suite, 'github' | 'linear' | 'slack' | 'model'>) => void;
  readonly runtimeEnvironment?: Readonly<Record<string, string>>;
}

export async function startSuite(options: SuiteOptions = {}): Promise<Suite> {
  const closers: Array<() => Promise<unknown>> = [];
  const keep = <Part>(part: Part, close: (part: Part) => Promise<unknown>): Part => {
    closers.unshift(() => close(part));
    return part;
  };
  const closeAll = async () => {
    const results = await Promise.allSettled(closers.map((close) => close()));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  };
  try {
    const dataDir = keep(await mkdtemp(join(tmpdir(), 'aios-e2e-')), (folder) => rm(folder, { recursive: true, force: true }));
    const github = keep(await startGitHubStandIn(), (part) => part.close());
    const linear = keep(await startLinearStandIn(), (part) => part.close());
    const slack = keep(await startSlackStandIn(), (part) => part.close());
    const model = keep(await startAnthropicStandIn(), (part) => part.close());
    const proxy = keep(await startServiceProxy({ github: github.url, linear: linear.url, slack: slack.url }), (part) => part.close());
    options.prepare?.({ github, linear, slack, model });
    const [n8nPort] = await freePorts(1);
    const runtime = keep(await startRuntime({
      AIOS_API_KEYS: `n8n:${RUNTIME_KEY}`,
      AIOS_PORT: '0',
      AIOS_DATA_DIR: dataDir,
      AIOS_CALLBACK_ORIGINS: `http://127.0.0.1:${n8nPort}`,
      AIOS_RETRY_BASE_MS: '10',
      GITHUB_TOKEN: github.token,
      GITHUB_API_URL: github.url,
      ANTHROPIC_API_KEY: 'sk-ant-stand-in',
      ANTHROPIC_BASE_URL: model.url,
      ...options.runtimeEnvironment,
    }), (part) => part.stop());
    const n8n = keep(await startN8n({
      port: n8nPort!,
      workflows: options.workflows ?? [],
      ...(options.publish ? { publish: options.publish } : {}),
      credentials: [...credentials(runtime, github, linear, slack), ...options.credentials ?? []],
      environment: { HTTPS_PROXY: proxy.proxyUrl, NODE_EXTRA_CA_CERTS: proxy.caFile },
    }), (part) => part.close());
    return {
      n8n, runtime, github, linear, slack, model,
      async askRuntime(path) {
        const response = await fetch(`${runtime.url}${path}`, { headers: { authorization: `Bearer ${RUNTIME_KEY}` } });
        return response.json();
      },
      assertNoViolations: () => assertContracts({ github, linear, slack, proxy, model }),
      close: closeAll,
    };
  } catch (error) {
    await closeAll().catch(() => undefined);
    throw error;
  }
}

function credentials(runtime: RuntimeProcess, github: GitHubStandIn, linear: LinearStandIn, slack: SlackStandIn): SeededCredential[] {
  return [
    { id: AIOS_CREDENTIAL, name: 'AIOS Runtime', type: 'aiosRuntimeApi', data: { baseUrl: runtime.url, apiKey: RUNTIME_KEY } },
    { id: 'githubTests', name: 'GitHub', type: 'githubApi', data: { server: 'https://api.github.com', user: 'aios', accessToken: github.token } },
    { id: 'linearTests', name: 'Linear', type: 'linearApi', data: { apiKey: linear.apiKey, signingSecret: '' } },
    { id: 'slackTests', name: 'Slack', type: 'slackApi', data: { accessToken: slack.token, signatureSecret: '' } },
  ];
}

interface Contracts {
  readonly github: GitHubStandIn;
  readonly linear: LinearStandIn;
  readonly slack: SlackStandIn;
  readonly proxy: ServiceProxy;
  readonly model: LlmStandIn;
}

function assertContracts({ github, linear, slack, proxy, model }: Contracts): void {
  github.assertNoViolations();
  linear.assertNoViolations();
  slack.assertNoViolations();
  if (model.violations.length > 0) throw new Error(`Anthropic would have refused: ${model.violations.join('; ')}`);
  if (proxy.refused.length > 0) throw new Error(`n8n called hosts that have no stand-in: ${proxy.refused.join(', ')}`);
}
