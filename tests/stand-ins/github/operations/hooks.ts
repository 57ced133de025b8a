import { page, Refusal, repositoryIn } from './operation.ts';
import type { OperationCall, PlayedOperation } from './operation.ts';
import type { HookState } from '../state.ts';

const write = { permission: 'repository_hooks', level: 'write', scope: 'admin:repo_hook' } as const;
const read = { ...write, level: 'read' } as const;

export const HOOK_OPERATIONS: Readonly<Record<string, PlayedOperation>> = {
  'repos/list-webhooks': {
    needs: read,
    handle(call) {
      const { items, headers } = page(call, hooksOf(call));
      return { status: 200, headers, body: items.map(hookAnswer) };
    },
  },
  'repos/get-webhook': { needs: read, handle: (call) => ({ status: 200, body: hookAnswer(hookIn(call)) }) },
  'repos/create-webhook': {
    needs: write,
    handle(call) {
      const repository = repositoryIn(call);
      const { config, events, active } = call.body ?? {};
      if (typeof config?.url !== 'string') throw failed('config', 'missing_field', 'config must have a url');
      if (hooksOf(call).some((hook) => hook.config.url === config.url)) {
        throw failed('config', 'custom', 'Hook already exists on this repository');
      }
      const hook: HookState = {
        id: call.state.nextId++, repository: `${repository.owner}/${repository.name}`,
        config, events: events ?? ['push'], active: active ?? true,
      };
      call.state.hooks.push(hook);
      return { status: 201, body: hookAnswer(hook) };
    },
  },
  'repos/update-webhook': {
    needs: write,
    handle(call) {
      const hook = hookIn(call);
      hook.config = { ...hook.config, ...call.body?.config };
      hook.events = call.body?.events ?? hook.events;
      hook.active = call.body?.active ?? hook.active;
      return { status: 200, body: hookAnswer(hook) };
    },
  },
  'repos/delete-webhook': {
    needs: write,
    handle(call) {
      call.state.hooks.splice(call.state.hooks.indexOf(hookIn(call)), 1);
      return { status: 204 };
    },
  },
};

function hooksOf(call: OperationCall): readonly HookState[] {
  const repository = repositoryIn(call);
  return call.state.hooks.filter((hook) => hook.repository === `${repository.owner}/${repository.name}`);
}

function hookIn(call: OperationCall): HookState {
  const hook = hooksOf(call).find(({ id }) => id === Number(call.path.hook_id));
  if (hook === undefined) throw new Refusal(404, 'Not Found');
  return hook;
}

function failed(field: string, code: string, message: string): Refusal {
  return new Refusal(422, 'Validation Failed', { errors: [{ resource: 'Hook', field, code, message }] });
}

function hookAnswer(hook: HookState): Record<string, unknown> {
  const api = `https://api.github.com/repos/${hook.repository}/hooks/${hook.id}`;
  return {
    type: 'Repository', id: hook.id, name: 'web', active: hook.active, events: hook.events,
    config: { ...hook.config, ...(hook.config.secret === undefined ? {} : { secret: '********' }) },
    url: api, test_url: `${api}/test`, ping_url: `${api}/pings`, deliveries_url: `${api}/deliveries`,
    last_response: { code: null, status: 'unused', message: null },
  };
}
