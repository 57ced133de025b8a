import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../failure.mjs';
import { newestExecution } from './n8n-session.mjs';
import { tryOutTemplate } from './templates.mjs';

const REGISTRATION_PATIENCE_MS = 30_000;
const REVIEW_PATIENCE_MS = 900_000;

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Posts the sample's pull request to the try-out workflow, as GitHub would, and waits for the review.
 * @param {{ n8nUrl: string, sample: import('../sample/server.mjs').Sample, secrets: import('./secrets.mjs').Secrets, n8nLog: string, say: (detail: string) => void }} options
 * @returns {Promise<{ review: import('../review-text.mjs').Review, execution: Awaited<ReturnType<typeof newestExecution>> }>}
 */
export async function reviewSample({ n8nUrl, sample, secrets, n8nLog, say }) {
  const { workflow, webhookPath } = tryOutTemplate();
  const address = `${n8nUrl}/webhook/${webhookPath}?publish=true`;
  const until = Date.now() + REGISTRATION_PATIENCE_MS;
  say('waiting for the workflow');
  for (;;) {
    const answer = await fetch(address, {
      method: 'POST', headers: { 'content-type': 'application/json', 'x-github-event': 'pull_request' },
      body: JSON.stringify(sample.payload()), signal: AbortSignal.timeout(REVIEW_PATIENCE_MS),
    }).catch((error) => {
      throw new Failure(`the workflow did not answer: ${error.cause?.message ?? error.message}.`, 'Open it in the editor: its last execution says why.', { log: n8nLog });
    });
    const text = await answer.text();
    if (answer.status === 404 && Date.now() < until) {
      await pause(250);
      continue;
    }
    const body = parsed(text);
    const review = Array.isArray(body) ? body[0] : body;
    if (answer.status === 404) {
      throw new Failure(
        `n8n has no published workflow at /webhook/${webhookPath}.`,
        `Open "${workflow.name}" in the editor at ${n8nUrl} and publish it; --no-demo starts without it.`, { log: n8nLog },
      );
    }
    const execution = await newestExecution({ n8nUrl, email: secrets.ownerEmail, password: secrets.ownerPassword, workflowId: workflow.id });
    if (!answer.ok || typeof review?.verdict !== 'string' || !Array.isArray(review.findings)) {
      throw new Failure(
        `the workflow answered with ${answer.status} and no review: ${(review?.message ?? text).slice(0, 300)}`,
        `See the execution ${execution?.url ?? `in the editor at ${n8nUrl}`}.`, { log: n8nLog },
      );
    }
    return { review, execution };
  }
}
