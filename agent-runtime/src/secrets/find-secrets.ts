/** A secret in a text, without its value. */
export interface Secret {
  /** What it looks like, for people: `GitHub token`. */
  readonly type: string;
  /** Half-open range in the text. */
  readonly start: number;
  readonly end: number;
}

/** Loaded on first use: an idle runtime needs none of it. */
async function loadScanner() {
  const [{ lintSource }, { creator }, { secretLintProfiler }] = await Promise.all([
    import('@secretlint/core'), import('@secretlint/secretlint-rule-preset-recommend'), import('@secretlint/profiler'),
  ]);
  // Secretlint measures itself and has no switch for it: each scan leaves dozens of entries in the process's performance
  // timeline for ever, and goes through all earlier ones. Its profiler is a dependency of ours only to be silenced here.
  secretLintProfiler.mark = () => {};
  return { lintSource, creator };
}

/** Finds secrets with secretlint's recommended rules. Comments in the text that would switch the rules off have no effect. */
export async function findSecrets(text: string): Promise<Secret[]> {
  if (text.trim() === '') return [];
  const { lintSource, creator } = await loadScanner();
  const rule = {
    id: '@secretlint/secretlint-rule-preset-recommend',
    rule: creator,
    rules: [{ id: '@secretlint/secretlint-rule-aws', options: { enableIDScanRule: true } }],
  };
  // The preset can't be kept from obeying `secretlint-disable` in the text; the replacement is as long as what it replaces.
  const content = text.replace(/secretlint-(?=disable|enable)/gi, 'secretlint_');
  const result = await lintSource({
    // One neutral name for all: rules that skip files by their name must not skip anything here.
    source: { filePath: 'text', content, contentType: 'text' },
    options: { noPhysicFilePath: true, maskSecrets: true, config: { rules: [rule] } },
  });
  return result.messages.map(({ messageId, ruleId, range: [start, end] }) => (
    { type: typeName(messageId ?? ruleId), ...(messageId === 'AWSSecretAccessKey' ? awsKeyAt(text, start) : undefined) ?? { start, end } }));
}

const AWS_KEY = /[:=]>?\s*["']?([A-Za-z0-9/+=]{40})/g;

/** Secretlint tells this key's length from the start of what it is assigned to, so the key's end would be left out. */
function awsKeyAt(text: string, from: number): { readonly start: number; readonly end: number } | undefined {
  AWS_KEY.lastIndex = from;
  const match = AWS_KEY.exec(text);
  return match === null ? undefined : { start: AWS_KEY.lastIndex - match[1]!.length, end: AWS_KEY.lastIndex };
}

/** `GITHUB_TOKEN` and `PostgreSQLConnection` as words. */
function typeName(id: string): string {
  const words = id.replace(/^@secretlint\/secretlint-rule-/, '').replace(/([a-z])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2').replace(/[_-]+/g, ' ').trim();
  return words === words.toUpperCase() ? words.toLowerCase().replace('github', 'GitHub') : words;
}
