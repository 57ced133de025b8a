import type { State } from '../../agent-runtime/src/stores/state/state.ts';

/** Listens, and answers once it is heard. */
export async function listen(state: State, topic: string) {
  const texts: string[] = [];
  const began = Promise.withResolvers<void>();
  const listener = { texts, missed: 0, stop: () => undefined as void };
  listener.stop = state.events.subscribe(topic, (text) => {
    if (text === null) {
      listener.missed += 1;
      began.resolve();
    } else {
      texts.push(text);
    }
  });
  await began.promise;
  return listener;
}

/** Less than the time limit of a test, so that nothing goes on after it. */
const EVENTUALLY_MS = 50_000;

/** Repeats it until it holds. */
export async function eventually<Result>(holds: () => Result | Promise<Result>): Promise<Result> {
  for (const end = performance.now() + EVENTUALLY_MS; performance.now() < end;) {
    const result = await holds();
    if (result) return result;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`It did not come about within ${EVENTUALLY_MS} ms: ${holds}`);
}
