import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startLinearStandIn } from './start-linear-stand-in.ts';
import type { LinearStandIn } from './start-linear-stand-in.ts';

let standIn: LinearStandIn;

beforeEach(async () => {
  standIn = await startLinearStandIn();
});

afterEach(() => standIn.close());

async function ask(query: string, variables: object = {}) {
  const answer = await fetch(standIn.apiUrl, {
    method: 'POST',
    headers: { authorization: standIn.apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return { status: answer.status, ...await answer.json() as { data?: Record<string, unknown> | null; errors?: Array<{ message: string }> } };
}

test.each<[string, string, object, RegExp]>([
  ['a field that the schema lacks', '{ teams { nodes { nick } } }', {}, /nick/],
  ['an argument that the schema lacks', '{ teams(number: 3) { nodes { id } } }', {}, /number/],
  ['a variable of the wrong type', 'query T($first: Int) { teams(first: $first) { nodes { id } } }', { first: 'many' }, /first/],
  ['a required input field left out', 'mutation C($input: IssueCreateInput!) { issueCreate(input: $input) { success } }', { input: { title: 'x' } }, /teamId/],
  ['what is no GraphQL', 'teams', {}, /Syntax Error/],
  ['a field that is not played', '{ cycles { nodes { id } } }', {}, /does not play/],
])('%s is a violation', async (_, query, variables, expected) => {
  expect((await ask(query, variables)).errors).not.toHaveLength(0);
  expect(() => standIn.assertNoViolations()).toThrow(expected);
});

test("the calls of n8n's Linear node and trigger are answered", async () => {
  const team = standIn.teams[0]?.id;
  expect((await ask('query Teams ($first: Int, $after: String) { teams (first: $first, after: $after) { nodes { id name } pageInfo { hasNextPage endCursor } } }', { first: 50, after: null })).data)
    .toMatchObject({ teams: { nodes: [{ id: team, name: 'Engineering' }], pageInfo: { hasNextPage: false } } });
  const create = `mutation IssueCreate ($title: String!, $teamId: String!, $description: String, $assigneeId: String, $priorityId: Int, $stateId: String) {
    issueCreate(input: { title: $title description: $description teamId: $teamId assigneeId: $assigneeId priority: $priorityId stateId: $stateId }) {
      success issue { id identifier title state { id name } creator { id } team { id name } createdAt } } }`;
  expect((await ask(create, { title: 'Fix it', teamId: team, priorityId: 2 })).data).toMatchObject({ issueCreate: { success: true, issue: { identifier: 'ENG-1', creator: null } } });
  expect((await ask('mutation ($input: WebhookCreateInput!) { webhookCreate(input: $input) { success webhook { id enabled } } }', { input: { url: 'http://127.0.0.1:1', teamId: team, resourceTypes: ['Issue'] } })).data)
    .toMatchObject({ webhookCreate: { success: true, webhook: { enabled: true } } });
  expect((await ask('{ webhooks { nodes { id url enabled team { id name } } } }')).data).toMatchObject({ webhooks: { nodes: [{ team: { id: team } }] } });
  expect((await ask('mutation ($id: String!) { webhookDelete(id: $id) { success } }', { id: standIn.webhooks[0]?.id })).data).toEqual({ webhookDelete: { success: true } });
  expect(standIn.webhooks).toHaveLength(0);
  standIn.assertNoViolations();
});

test('an issue in a team that does not exist is refused and not made', async () => {
  const { errors } = await ask('mutation { issueCreate(input: { title: "x", teamId: "none" }) { success } }');
  expect(errors).toMatchObject([{ message: 'Entity not found: Team' }]);
  expect(standIn.issues).toHaveLength(0);
  standIn.assertNoViolations();
});
