import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { LinearIssueState, LinearState, LinearTeam } from './linear-state.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- coerced by the schema before
type Arguments = any;
type Resolver = (input: Arguments) => unknown;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface LinearOperations {
  readonly query: Readonly<Record<string, Resolver>>;
  readonly mutation: Readonly<Record<string, Resolver>>;
}

/** The root fields that the stand-in plays. */
export function linearOperations(state: LinearState): LinearOperations {
  return {
    query: {
      viewer: () => ({ id: randomUUID(), name: 'AIOS', displayName: 'aios', email: 'aios@users.noreply.github.test', active: true }),
      teams: ({ first, after, filter }) => connection(state.teams.filter((team) => matches(team, filter)), first, after),
      team: ({ id }) => found('Team', state.teams.find((team) => team.id === id || team.key === id)),
      issue: ({ id }) => found('Issue', state.issues.find((issue) => issue.id === id || issue.identifier === id)),
      issues: ({ first, after }) => connection(state.issues, first, after),
      users: ({ first, after }) => connection([], first, after),
      workflowStates: ({ first, after }) => connection([], first, after),
      webhooks: ({ first, after }) => connection(state.webhooks, first, after),
    },
    mutation: {
      issueCreate: ({ input }) => payload('issue', createIssue(state, input)),
      commentCreate({ input }) {
        found('Issue', state.issues.find(({ id }) => id === input.issueId));
        const comment = { id: input.id ?? randomUUID(), issueId: input.issueId, body: input.body };
        state.comments.push(comment);
        return payload('comment', comment);
      },
      webhookCreate({ input }) {
        const team = input.teamId === undefined ? null : found('Team', state.teams.find(({ id }) => id === input.teamId));
        const webhook = { id: input.id ?? randomUUID(), url: input.url, enabled: input.enabled ?? true, team, resourceTypes: input.resourceTypes };
        state.webhooks.push(webhook);
        return payload('webhook', webhook);
      },
      webhookDelete({ id }) {
        const index = state.webhooks.findIndex((webhook) => webhook.id === id);
        found('Webhook', state.webhooks[index]);
        state.webhooks.splice(index, 1);
        return { success: true, lastSyncId: 1, entityId: id };
      },
    },
  };
}

function createIssue(state: LinearState, input: Arguments): LinearIssueState {
  const team = found('Team', state.teams.find(({ id }) => id === input.teamId));
  if (typeof input.title !== 'string' || input.title.trim() === '') throw refused('title must not be empty.');
  if (input.priority != null && (input.priority < 0 || input.priority > 4)) throw refused('priority must be between 0 and 4.');
  if (input.id != null && !UUID.test(input.id)) throw refused('id must be a UUID.');
  if (state.issues.some(({ id }) => id === input.id)) throw refused('An issue with this id already exists.', 'Entity already exists: Issue');
  const number = state.issues.filter((issue) => issue.team.id === team.id).length + 1;
  const identifier = `${team.key}-${number}`;
  const issue: LinearIssueState = {
    id: input.id ?? randomUUID(), identifier, number, team, title: input.title, description: input.description ?? null,
    priority: input.priority ?? 0, labelIds: input.labelIds ?? [], createdAt: new Date().toISOString(),
    url: `https://linear.app/stand-in/issue/${identifier}`,
  };
  state.issues.push(issue);
  return issue;
}

function payload(name: string, entity: object): Record<string, unknown> {
  return { success: true, lastSyncId: 1, [name]: entity };
}

function connection<Item>(items: readonly Item[], first = 50, after: string | null = null): Record<string, unknown> {
  const start = after === null ? 0 : Number(after) + 1;
  const nodes = items.slice(start, start + first);
  const end = start + nodes.length - 1;
  return {
    nodes,
    edges: nodes.map((node, index) => ({ node, cursor: String(start + index) })),
    pageInfo: { hasNextPage: end < items.length - 1, hasPreviousPage: start > 0, endCursor: nodes.length === 0 ? null : String(end), startCursor: null },
  };
}

/** Only what is asked of the stand-in: a team by its key or id. */
function matches(team: LinearTeam, filter: Arguments): boolean {
  return Object.entries<Arguments>(filter ?? {}).every(([field, comparison]) => {
    if (field !== 'key' && field !== 'id') throw refused(`the stand-in does not filter teams by ${field}.`);
    return Object.entries<Arguments>(comparison).every(([operator, wanted]) => {
      if (operator === 'eq') return team[field] === wanted;
      if (operator === 'eqIgnoreCase') return team[field].toLowerCase() === String(wanted).toLowerCase();
      if (operator === 'in') return (wanted as string[]).includes(team[field]);
      throw refused(`the stand-in does not compare by ${operator}.`);
    });
  });
}

function found<Entity>(type: string, entity: Entity | undefined): Entity {
  if (entity === undefined) throw refused(`Could not find referenced ${type}.`, `Entity not found: ${type}`);
  return entity;
}

function refused(presentable: string, message = 'Argument Validation Error'): GraphQLError {
  return new GraphQLError(message, {
    extensions: { type: 'invalid input', code: 'INPUT_ERROR', statusCode: 400, userError: true, userPresentableMessage: presentable },
  });
}
