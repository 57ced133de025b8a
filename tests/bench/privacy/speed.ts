import { readFileSync } from 'node:fs';
import { createPrivacy } from '../../../agent-runtime/src/router/privacy/create-privacy.ts';
import { privacyPolicySchema } from '../../../agent-runtime/src/router/privacy/policy.ts';
import { requestOfTexts } from '../../../agent-runtime/src/router/privacy/texts.ts';

const PROMPT = 'Write a function that returns the longest common prefix of an array of strings. Explain the complexity.';

/** CPU time of this process a judgement, the best of five rounds: other processes on the machine do not count. */
export async function reportSpeed(sourceFile: string): Promise<void> {
  const source = readFileSync(sourceFile, 'utf8');
  const privacy = createPrivacy(privacyPolicySchema.parse({}));
  const token = `ghp_${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}`;
  await privacy.judge(requestOfTexts([`${token} +14155552671 GB82WEST12345698765432 BSN 111222333`]), undefined);
  let at = 0;
  const piece = (length: number) => Buffer.from(source.slice(at = (at + 7_919) % (source.length - length), at + length)).toString();
  const known = piece(10_000);
  console.log('\n## Speed, CPU time a judgement');
  await measure('a short prompt', 20_000, () => PROMPT);
  await measure('10 kB of code, never seen', 300, () => piece(10_000));
  await measure('10 kB of code, seen before', 2_000, () => known);
  await measure('100 kB of code, never seen', 40, () => piece(100_000));
  await measure('a prompt with a card and an e-mail', 5_000, () => `${PROMPT} 4111 1111 1111 1111, jane.doe@acme.com`);
  await measure('a prompt with a token (secretlint looks)', 300, () => `${PROMPT} ${token}`);

  async function measure(name: string, times: number, write: (index: number) => string): Promise<void> {
    let best = Infinity;
    for (let round = 0; round < 5; round += 1) {
      const requests = Array.from({ length: times }, (_, index) => requestOfTexts([write(index)]));
      const start = process.cpuUsage();
      for (const request of requests) {
        const verdict = privacy.judge(request, undefined);
        if (verdict instanceof Promise) await verdict;
      }
      const { user, system } = process.cpuUsage(start);
      best = Math.min(best, (user + system) / times);
    }
    console.log(`${best.toFixed(1).padStart(9)} µs  ${name}`);
  }
}
