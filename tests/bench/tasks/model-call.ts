/** What a peer's handler does for one model call: the same request that the runtime's provider makes. */
export async function callModel(url: string): Promise<void> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'bench-model', max_tokens: 16, messages: [{ role: 'system', content: 'Answer with one word.' }, { role: 'user', content: 'Answer with: ok' }] }),
  });
  if (!response.ok) throw new Error(`The model answered ${response.status}.`);
  await response.json();
}
