import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startGitHubStandIn } from './start-github-stand-in.ts';
import type { NewPullRequest, NewRepository, TokenState } from './state.ts';

/** What the server is to know from its start, as JSON. */
interface Scenario {
  readonly tokens?: readonly TokenState[];
  readonly repositories?: readonly NewRepository[];
  readonly pullRequests?: ReadonlyArray<NewPullRequest & { readonly repository: string }>;
}

// node tests/stand-ins/github/serve.ts [--port 0] [--scenario file.json]
// Writes {"event":"ready","url":…} once it takes requests; at SIGTERM {"event":"ended", …} with all that was posted.
const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, scenario: { type: 'string' } } });
const scenario = values.scenario === undefined ? {} : JSON.parse(await readFile(values.scenario, 'utf8')) as Scenario;
const standIn = await startGitHubStandIn({ port: Number(values.port), tokens: scenario.tokens });
for (const repository of scenario.repositories ?? []) standIn.addRepository(repository);
for (const { repository, ...pullRequest } of scenario.pullRequests ?? []) standIn.addPullRequest(repository, pullRequest);
process.stdout.write(`${JSON.stringify({ event: 'ready', url: standIn.url, token: standIn.token })}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, async () => {
    const { reviews, checkRuns, hooks, violations } = standIn;
    process.stdout.write(`${JSON.stringify({ event: 'ended', reviews, checkRuns, hooks, violations })}\n`);
    await standIn.close();
  });
}
