import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { createTextScanner } from '../../../agent-runtime/src/router/privacy/scan-text.ts';
import { privacyPolicySchema } from '../../../agent-runtime/src/router/privacy/policy.ts';

/** Scans source files, which have many long numbers and hashes but hardly any personal data, and prints what was found by type. */
export async function reportSourceCode(folders: readonly string[]): Promise<void> {
  const scan = createTextScanner(privacyPolicySchema.parse({}));
  const counts = new Map<string, number>();
  let files = 0;
  let characters = 0;
  for (const file of folders.flatMap(sourcesIn)) {
    const text = readFileSync(file, 'utf8');
    files += 1;
    characters += text.length;
    for (const { type } of await scan(text)) counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  console.log(`\n## Source code: ${files} files, ${(characters / 1e6).toFixed(1)} million characters`);
  for (const [type, count] of [...counts].sort((a, b) => b[1] - a[1])) console.log(String(count).padStart(6), type);
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : sourcesIn(at);
    return /\.(?:[cm]?[jt]s|json|ya?ml|css|html)$/.test(entry.name) && statSync(at).size < 200_000 ? [at] : [];
  });
}
