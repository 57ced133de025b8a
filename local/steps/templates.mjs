import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../failure.mjs';
import { rootFolder } from '../folders.mjs';

export const CREDENTIAL_TYPE = 'aiosRuntimeApi';
/** The id our credential has in a seeded n8n. */
export const CREDENTIAL_ID = 'aiosRuntimeLocal';

/** @typedef {{ id: string, name: string, nodes: { type: string, parameters: Record<string, any>, credentials?: Record<string, { id?: string, name: string }> }[] }} Workflow */

/** The workflow templates with our credential filled in. @returns {Workflow[]} */
export function readTemplates() {
  const folder = path.join(rootFolder, 'workflows');
  return readdirSync(folder).filter((name) => name.endsWith('.json')).sort().map((name) => {
    /** @type {Workflow} */
    const workflow = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
    const nodes = workflow.nodes.map((node) => (node.credentials?.[CREDENTIAL_TYPE]
      ? { ...node, credentials: { ...node.credentials, [CREDENTIAL_TYPE]: { ...node.credentials[CREDENTIAL_TYPE], id: CREDENTIAL_ID } } }
      : node));
    return { ...workflow, id: workflow.id ?? path.basename(name, '.json'), nodes };
  });
}

/** Name of our credential in the templates. @param {readonly Workflow[]} templates */
export function credentialName(templates) {
  const names = templates.flatMap(({ nodes }) => nodes.flatMap((node) => node.credentials?.[CREDENTIAL_TYPE]?.name ?? []));
  return names[0] ?? 'AIOS Runtime';
}

/** The template whose webhook takes a pull request to try, and that webhook's path. */
export function tryOutTemplate() {
  for (const workflow of readTemplates()) {
    const webhook = workflow.nodes.find((node) => node.type === 'n8n-nodes-base.webhook');
    if (webhook) return { workflow, webhookPath: String(webhook.parameters.path) };
  }
  throw new Failure('no template in workflows/ has a webhook.', 'Restore workflows/try-pull-request-review.json from git.');
}
