/** Runs one check after the other and says `ok` or `FAILED` for each, as .ci/run counts them. */
export function createChecks() {
  let failed = 0;
  return {
    async check(title: string, body: () => Promise<unknown>): Promise<boolean> {
      try {
        const note = await body();
        console.log(`ok      ${title}${typeof note === 'string' && note !== '' ? ` (${note})` : ''}`);
        return true;
      } catch (error) {
        failed += 1;
        console.log(`FAILED  ${title}\n${String(error instanceof Error ? error.message : error).replace(/^/gm, '        ')}`);
        return false;
      }
    },
    get failed() {
      return failed;
    },
  };
}

/** Asks again until there is an answer. Throws with the last reason after that time. */
export async function eventually<Value>(what: string, withinMs: number, ask: () => Promise<Value | null | undefined | false>): Promise<Value> {
  let reason = '';
  for (const deadline = Date.now() + withinMs; Date.now() < deadline;) {
    try {
      const value = await ask();
      if (value) return value;
    } catch (error) {
      reason = `: ${(error as Error).message}`;
    }
    await new Promise((resolve) => { setTimeout(resolve, 200); });
  }
  throw new Error(`${what} did not come within ${withinMs / 1_000} s${reason}`);
}
