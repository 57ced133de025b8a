/**
 * The newest execution of a workflow, as the editor sees it; null when n8n does not tell.
 * @param {{ n8nUrl: string, email: string, password: string, workflowId: string }} options
 * @returns {Promise<{ id: string, status: string, url: string } | null>}
 */
export async function newestExecution({ n8nUrl, email, password, workflowId }) {
  const login = await fetch(`${n8nUrl}/rest/login`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ emailOrLdapLoginId: email, password }),
  });
  if (!login.ok) return null;
  const cookie = login.headers.getSetCookie().map((value) => value.split(';')[0]).join('; ');
  const filter = encodeURIComponent(JSON.stringify({ workflowId }));
  const answer = await fetch(`${n8nUrl}/rest/executions?filter=${filter}&limit=1`, { headers: { cookie } });
  if (!answer.ok) return null;
  const { data } = /** @type {{ data?: { results?: { id: string, status: string }[] } }} */ (await answer.json());
  const execution = data?.results?.[0];
  return execution ? { id: String(execution.id), status: execution.status, url: `${n8nUrl}/workflow/${workflowId}/executions/${execution.id}` } : null;
}
