import type { LinearClient } from '@linear/sdk';
import { AiosError } from '../../errors.ts';
import { isNotFound, toLinearError } from './errors.ts';
import type { Linear, LinearIssue, NewLinearIssue } from './linear.ts';

export interface LinearOptions {
  /** Undefined: every call fails and says what to set. */
  readonly apiKey?: string;
  /** Default `https://api.linear.app/graphql`. */
  readonly apiUrl?: string;
  /** The longest wait for one answer, in ms. Default 30,000. */
  readonly timeoutMs?: number;
}

// Only the fields that are used: the SDK's own documents ask for all, some of which Linear's published schema lacks, and
// Linear counts the complexity of a query against a limit.
const READ_TEAMS = 'query AiosTeams($filter: TeamFilter, $first: Int!) { teams(filter: $filter, first: $first) { nodes { id key } } }';
const READ_ISSUE = 'query AiosIssue($id: String!) { issue(id: $id) { id identifier url } }';
const CREATE_ISSUE = 'mutation AiosCreateIssue($input: IssueCreateInput!) { issueCreate(input: $input) { issue { id identifier url } } }';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Linear's GraphQL API through @linear/sdk, which is large and loaded on the first call. */
export function createLinear(options: LinearOptions): Linear {
  const teamIds = new Map<string, string>();

  async function call<Result>(what: string, signal: AbortSignal, run: (client: LinearClient) => Promise<Result>): Promise<Result> {
    const { apiKey } = options;
    if (!apiKey) throw new AiosError('linear_key_missing', `No Linear API key is configured, so the runtime cannot ${what}. Set LINEAR_API_KEY.`);
    signal.throwIfAborted();
    const { LinearClient: Client } = await import('@linear/sdk');
    const within = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs ?? 30_000)]);
    try {
      // The SDK takes a signal for a client, not for a call; a client is no more than its options.
      return await run(new Client({ apiKey, apiUrl: options.apiUrl, signal: within }));
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof AiosError ? error : toLinearError(error, what, apiKey);
    }
  }

  async function teamIdOf(client: LinearClient, team: string): Promise<string> {
    const known = UUID.test(team) ? team : teamIds.get(team);
    if (known !== undefined) return known;
    const [found] = await readTeams(client, { filter: { key: { eqIgnoreCase: team } }, first: 1 });
    if (found === undefined) {
      const keys = (await readTeams(client, { first: 50 })).map(({ key }) => key).join(', ') || 'none';
      throw new AiosError('linear_rejected', `Linear has no team with the key "${team}" that the API key may see. It sees: ${keys}.`, {
        issues: [{ path: 'team', message: 'is not the key or UUID of a team' }],
      });
    }
    teamIds.set(team, found.id);
    return found.id;
  }

  async function create(client: LinearClient, issue: NewLinearIssue): Promise<LinearIssue> {
    const { team, ...fields } = issue;
    const input = { ...fields, teamId: await teamIdOf(client, team) };
    const { data } = await client.client.rawRequest<{ issueCreate: { issue: LinearIssue | null } }, Record<string, unknown>>(CREATE_ISSUE, { input });
    const created = data?.issueCreate.issue ?? null;
    if (created === null) throw new AiosError('linear_unavailable', 'Linear did not say which issue it made. The runtime looks for it again by itself.');
    return created;
  }

  return {
    createIssue: (issue, signal) => call('create the issue', signal, async (client) => {
      try {
        return await create(client, issue);
      } catch (error) {
        // A second creation with the same id is refused: the first one's issue is what was asked for.
        const earlier = issue.id === undefined || error instanceof AiosError ? null : await readIssue(client, issue.id).catch(() => null);
        if (earlier === null) throw error;
        return earlier;
      }
    }),
    findIssue: (id, signal) => call('find the issue', signal, (client) => readIssue(client, id)),
  };
}

async function readTeams(client: LinearClient, variables: Record<string, unknown>): Promise<ReadonlyArray<{ readonly id: string; readonly key: string }>> {
  const { data } = await client.client.rawRequest<{ teams: { nodes: Array<{ id: string; key: string }> } }, Record<string, unknown>>(READ_TEAMS, variables);
  return data?.teams.nodes ?? [];
}

async function readIssue(client: LinearClient, id: string): Promise<LinearIssue | null> {
  try {
    const { data } = await client.client.rawRequest<{ issue: LinearIssue }, Record<string, unknown>>(READ_ISSUE, { id });
    return data?.issue ?? null;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}
