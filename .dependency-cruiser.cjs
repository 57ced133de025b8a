/**
 * The import law of the agent runtime: which folder may import which. `npm run lint` and `npm test` hold the code to it.
 * A port is what others may import of a folder in place of its drivers; for providers/ it is the files beside their folders.
 */
const { existsSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

const SOURCE = '^agent-runtime/src/';

/** Ports of a folder whose every subfolder has one, named like it: `stores/queue/queue.ts`. */
const portsBelow = (folder) => {
  const base = join(__dirname, 'agent-runtime', 'src', folder);
  const names = readdirSync(base).filter((name) => existsSync(join(base, name, `${name}.ts`)));
  return `${folder}/(${[...names.map((name) => `${name}/${name}`), ...MORE_PORTS].join('|')})\\.ts$`;
};

/** Ports of a folder that has more than one. */
const MORE_PORTS = ['artifacts/artifact-links', 'state/budget-store', 'records/routing-records', 'records/schedule-records'];

const PORTS = {
  providers: 'providers/[^/]+\\.ts$',
  router: 'router/routed-model\\.ts$',
  stores: portsBelow('stores'),
  connectors: portsBelow('connectors'),
  agents: 'agents/agent\\.ts$',
  agentRegistry: 'agents/registry\\.ts$',
  tasks: 'tasks/tasks\\.ts$',
  workspace: 'workspace/workspace\\.ts$',
};

/** What each folder may import besides itself, the contract, the errors and packages. */
const LAW = {
  contract: [],
  api: ['tasks/', 'agents/registry\\.ts$', PORTS.agents, PORTS.stores, 'router/', PORTS.providers, 'knowledge/', 'telemetry/', 'events/'],
  knowledge: [PORTS.router, PORTS.stores],
  tasks: [PORTS.workspace, PORTS.agents, PORTS.agentRegistry, PORTS.stores, 'events/', PORTS.router, PORTS.providers],
  events: [PORTS.stores, 'telemetry/'],
  agents: [PORTS.workspace, PORTS.router, PORTS.providers, 'tools/', 'review/'],
  review: [PORTS.router, PORTS.providers, PORTS.connectors, PORTS.agents, 'secrets/'],
  router: [PORTS.providers, PORTS.stores, 'secrets/'],
  secrets: [],
  providers: ['secrets/'],
  connectors: [],
  workspace: [],
  stores: [],
  telemetry: [PORTS.router, PORTS.providers, PORTS.tasks, PORTS.stores],
};

const lawOf = ([folder, allowed]) => ({
  name: `${folder}-imports`,
  comment: `${folder}/ may import ${allowed.length > 0 ? allowed.join(', ') : 'nothing of ours'} besides contract/ and errors.ts.`,
  severity: 'error',
  from: { path: `${SOURCE}${folder}/` },
  to: {
    path: SOURCE,
    pathNot: [`${SOURCE}${folder}/`, `${SOURCE}contract/`, `${SOURCE}errors\\.ts$`, ...allowed.map((place) => `${SOURCE}${place}`)],
  },
});

/** Packages that cost memory or time: loaded when they are first used. */
const HEAVY = '^node_modules/(@anthropic-ai/sdk|openai|ollama|ioredis|pg|amqplib|minio|@qdrant/js-client-rest|rate-limiter-flexible|@octokit/[^/]+|@linear/sdk|@slack/web-api|@secretlint/[^/]+|gpt-tokenizer|stdnum|libphonenumber-js|ibantools)/';

module.exports = {
  forbidden: [
    ...Object.entries(LAW).map(lawOf),
    {
      name: 'wire-alone-imports-drivers',
      comment: 'Only wire.ts and its parts choose drivers, providers, connectors and where working copies lie.',
      severity: 'error',
      from: { path: SOURCE, pathNot: `${SOURCE}(wire(-(stores|models))?\\.ts$|stores/|providers/|connectors/|workspace/)` },
      to: { path: `${SOURCE}(stores|providers|connectors|workspace)/`, pathNot: [PORTS.stores, PORTS.providers, PORTS.connectors, PORTS.workspace].map((port) => `${SOURCE}${port}`) },
    },
    {
      name: 'one-provider-does-not-know-another',
      severity: 'error',
      from: { path: `${SOURCE}(providers|connectors)/([^/]+)/` },
      to: { path: `${SOURCE}(providers|connectors)/[^/]+/`, pathNot: `${SOURCE}$1/$2/` },
    },
    {
      name: 'heavy-packages-load-on-first-use',
      comment: 'Use `await import(…)` or `import type`.',
      severity: 'error',
      from: { path: SOURCE },
      to: { path: HEAVY, pathNot: '/error\\.m?js$', dependencyTypesNot: ['type-only'], dynamic: false },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', comment: 'An import that leads nowhere.', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'declared-packages-only',
      severity: 'error',
      from: { path: SOURCE },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js', '.json'], exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
    moduleSystems: ['es6', 'cjs'],
  },
};
