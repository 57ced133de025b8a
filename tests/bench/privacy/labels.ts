import { readFileSync } from 'node:fs';
import { createPrivacy } from '../../../agent-runtime/src/router/privacy/create-privacy.ts';
import { privacyPolicySchema } from '../../../agent-runtime/src/router/privacy/policy.ts';
import { requestOfTexts } from '../../../agent-runtime/src/router/privacy/texts.ts';

/** What each category of the exemplars should be found as. Those that are not here ask for nothing that is guarded. */
const EXPECTED: Readonly<Record<string, { readonly finding: string; readonly class: string }>> = {
  proprietary_code: { finding: 'stated-proprietary-code', class: 'proprietary-code' },
  internal_document: { finding: 'stated-internal-document', class: 'proprietary-code' },
  business_strategy: { finding: 'stated-business-strategy', class: 'proprietary-code' },
  trade_secret_ip: { finding: 'stated-trade-secret', class: 'proprietary-code' },
  operational_infrastructure: { finding: 'stated-infrastructure', class: 'proprietary-code' },
  locality_directive: { finding: 'locality-directive', class: 'proprietary-code' },
  pii: { finding: 'stated-personal-records', class: 'personal-data' },
  customer_data: { finding: 'stated-customer-data', class: 'personal-data' },
};

interface Exemplar {
  readonly category: string;
  readonly half: 'A' | 'B';
  readonly class: string;
  readonly findings: readonly string[];
}

/** Judges every exemplar, and prints for each category what was found of it. `file` is the label set, `questions` a JSON list of `{ question }`. */
export async function reportLabels(file: string, questions: string): Promise<void> {
  const privacy = createPrivacy(privacyPolicySchema.parse({}));
  const judge = async (text: string) => privacy.judge(requestOfTexts([text]), undefined);
  const { labels } = JSON.parse(readFileSync(file, 'utf8')) as { labels: Record<string, { exemplars: string[] }> };
  const exemplars: Exemplar[] = [];
  for (const [category, { exemplars: texts }] of Object.entries(labels)) {
    for (const [index, text] of texts.entries()) {
      const verdict = await judge(text);
      exemplars.push({ category, half: index % 2 === 0 ? 'A' : 'B', class: verdict.class, findings: verdict.findings.map(({ type }) => type) });
    }
  }
  console.log('\n## Exemplars of guarded categories (all were read before the rules were written; half B was only counted while they were mended)');
  console.log('category                     class           recall A  recall B | finding                   precision  recall');
  for (const [category, expected] of Object.entries(EXPECTED)) {
    const recall = (half: string) => share(exemplars.filter((one) => one.category === category && one.half === half), (one) => reaches(one, expected));
    const told = exemplars.filter(({ findings }) => findings.includes(expected.finding));
    console.log(category.padEnd(28), expected.class.padEnd(16), recall('A').padEnd(9), recall('B').padEnd(8), '|', expected.finding.padEnd(25),
      share(told, (one) => one.category === category).padEnd(10), share(exemplars.filter((one) => one.category === category), ({ findings }) => findings.includes(expected.finding)));
  }
  console.log('\n## Exemplars of the other categories: how many are left alone');
  for (const category of Object.keys(labels).filter((name) => !(name in EXPECTED))) {
    const clean = (half: string) => share(exemplars.filter((one) => one.category === category && one.half === half), ({ findings }) => findings.length === 0);
    console.log(category.padEnd(28), clean('A').padEnd(8), clean('B'));
  }
  for (const half of ['A', 'B']) {
    const guarded = exemplars.filter((one) => one.half === half && one.findings.length > 0);
    console.log(`\nAll together, half ${half}: precision ${share(guarded, ({ category }) => category in EXPECTED)}, recall ${share(exemplars.filter((one) => one.half === half && one.category in EXPECTED), ({ findings }) => findings.length > 0)}`);
  }
  const others = [...new Set((JSON.parse(readFileSync(questions, 'utf8')) as { question: string }[]).map(({ question }) => question))];
  let touched = 0;
  for (const question of others) if ((await judge(question)).findings.length > 0) touched += 1;
  console.log(`\n${others.length} questions of other benchmarks (nobody wrote them about privacy): ${touched} have a finding, ${(touched / others.length * 100).toFixed(2)} %`);
}

/** A locality directive counts only as that: its class alone would not keep the request local. */
function reaches(one: Exemplar, expected: { readonly finding: string; readonly class: string }): boolean {
  return expected.finding === 'locality-directive' ? one.findings.includes(expected.finding) : one.class === expected.class || (one.class === 'personal-data' && one.findings.includes(expected.finding));
}

function share<One>(all: readonly One[], holds: (one: One) => boolean): string {
  return all.length === 0 ? '-' : `${all.filter(holds).length}/${all.length}`;
}
