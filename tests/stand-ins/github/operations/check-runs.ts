import { page, Refusal, repositoryIn } from './operation.ts';
import type { PlayedOperation } from './operation.ts';
import type { CheckRunState } from '../state.ts';

export const CHECK_RUN_OPERATIONS: Readonly<Record<string, PlayedOperation>> = {
  'checks/create': {
    needs: { permission: 'checks', level: 'write', scope: 'repo' },
    handle(call) {
      const repository = repositoryIn(call);
      if (call.account?.kind !== 'app') throw new Refusal(403, 'You must authenticate via a GitHub App.');
      const { name, head_sha: headSha, external_id: externalId, conclusion, output } = call.body;
      const status: string = call.body.status ?? (conclusion === undefined ? 'queued' : 'completed');
      if (status === 'completed' && conclusion === undefined) {
        throw new Refusal(422, 'Invalid request.\n\nFor \'properties/status\', completed needs a conclusion.');
      }
      const run: CheckRunState = {
        id: call.state.nextId++, repository: `${repository.owner}/${repository.name}`, headSha, name,
        externalId: externalId ?? null, status, conclusion: conclusion ?? null,
        output: { title: output?.title ?? null, summary: output?.summary ?? null, text: output?.text ?? null },
      };
      call.state.checkRuns.push(run);
      return { status: 201, body: checkRunAnswer(run) };
    },
  },
  'checks/list-for-ref': {
    needs: { permission: 'checks', level: 'read', scope: 'repo' },
    handle(call) {
      const repository = repositoryIn(call);
      const fullName = `${repository.owner}/${repository.name}`;
      const name = call.query.get('check_name');
      const runs = call.state.checkRuns.filter((run) => run.repository === fullName && run.headSha === call.path.ref
        && (name === null || run.name === name));
      const { items, headers } = page(call, runs);
      return { status: 200, headers, body: { total_count: runs.length, check_runs: items.map(checkRunAnswer) } };
    },
  },
};

function checkRunAnswer(run: CheckRunState): Record<string, unknown> {
  const api = `https://api.github.com/repos/${run.repository}/check-runs/${run.id}`;
  return {
    id: run.id, node_id: `CR_${run.id}`, head_sha: run.headSha, name: run.name, external_id: run.externalId,
    status: run.status, conclusion: run.conclusion, url: api, html_url: `https://github.com/${run.repository}/runs/${run.id}`,
    output: { ...run.output, annotations_count: 0, annotations_url: `${api}/annotations` },
  };
}
