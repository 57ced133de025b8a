import { findLongRuns, type LongRun } from './long-runs.ts';

/**
 * What secretlint's recommended rules need at least. A text without any of it holds nothing that `findSecrets` would find; a
 * test holds this against the rules. First: what is in a long run of letters, digits, `_`, `-`, `+` and `/`.
 */
const IN_RUNS = new RegExp([
  // AWS, npm, Slack's webhooks
  'A(?:3T|KIA|GPA|IDA|ROA|IPA|NPA|NVA|SIA)[A-Z0-9]{16}', 'npm_',
  // OpenAI, Anthropic, Groq, Hugging Face, Linear, Notion, Shopify
  'T3BlbkFJ', 'sk-ant-', 'gsk_', 'hf_', 'lin_api_', 'ntn_', 'shp(?:pa|ca|at|ss)_',
  // GitHub, GitLab, Grafana, 1Password, Vercel, Databricks, Docker, Figma
  'gh[opurs]_', 'github_pat_', 'glpat-', 'gl(?:c|sa)_', 'ops_ey', 'vc[piark]_', 'dapi', 'dckr_pat_', 'figd_',
].join('|'));

/** Vault's tokens are a run of that length after one of these. */
const VAULT = ['hvs.', 'hvb.', 'hvr.'];
const VAULT_LENGTH = 90;

const ANYWHERE = ['PRIVATE KEY', 'xox', 'xapp-', 'SG.'];
const SLACK_WEBHOOK = /hooks\.slack\.com/i;

/** AWS's keys and accounts. */
const ASSIGNED = /(?<=[Aa](?:CCESS|ccess)_?[Kk](?:EY|ey)["']?\s*)[:=]|(?<=[Aa](?:CCOUNT|ccount)_?(?:I[Dd]|id)?["']?\s*)[:=]>?\s*["']?[0-9]{4}-?[0-9]{4}-?[0-9]{4}/;

/** Names and passwords in addresses, those of databases too. */
const CREDENTIALS = /:\/\/[^:/\s]{1,256}:[^@/\s]{1,256}@/;

/** False: `findSecrets` would find nothing, and needs not be asked. Costs some microseconds a kilobyte. */
export function mayHoldSecret(text: string, runs: readonly LongRun[] = findLongRuns(text)): boolean {
  for (const { start, end } of runs) {
    if ((end - start >= VAULT_LENGTH && VAULT.includes(text.slice(start - 4, start))) || IN_RUNS.test(text.slice(start, end))) return true;
  }
  return ANYWHERE.some((sign) => text.includes(sign)) || SLACK_WEBHOOK.test(text) || ASSIGNED.test(text) || (text.includes('@') && CREDENTIALS.test(text));
}
