/**
 * What `--check` holds the run against, besides that it came this far.
 * @param {{ review: import('../review-text.mjs').Review, execution: { status: string } | null, sample: import('../sample/server.mjs').Sample, runtimeUrl: string, apiKey: string }} run
 * @returns {Promise<{ title: string, passed: boolean }[]>}
 */
export async function verify({ review, execution, sample, runtimeUrl, apiKey }) {
  const posted = sample.reviews();
  const page = await fetch(sample.pageUrl);
  const html = await page.text();
  /** @param {string} path @param {Record<string, string>} [headers] */
  const status = async (path, headers = {}) => (await fetch(`${runtimeUrl}${path}`, { headers })).status;
  const paths = new Set(review.findings.map((finding) => finding.path));
  return [
    { title: 'the review asks for changes', passed: review.verdict === 'request_changes' },
    { title: 'planted defects were found in several files', passed: review.findings.length >= 3 && paths.size >= 2 },
    { title: 'the lock file was left out, with a reason', passed: review.coverage.files.some((file) => file.path === 'package-lock.json' && file.reason !== null) },
    { title: 'the execution in n8n succeeded', passed: execution?.status === 'success' },
    { title: 'one review stands on the pull request', passed: posted.length === 1 && (posted[0]?.comments.length ?? 0) > 0 },
    { title: 'the page of the pull request shows its comments', passed: page.status === 200 && html.includes('class="comment"') },
    { title: 'the runtime is ready', passed: (await status('/readyz')) === 200 },
    { title: 'the API refuses callers without a key', passed: (await status('/v1/agents')) === 401 },
    { title: 'the API takes the generated key', passed: (await status('/v1/agents', { authorization: `Bearer ${apiKey}` })) === 200 },
    { title: 'the API docs are served', passed: (await status('/docs/')) === 200 },
  ];
}
