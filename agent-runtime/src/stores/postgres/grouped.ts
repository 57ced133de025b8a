import { isOfItsOwn } from './store-error.ts';

const MOST_CALLS = 100;
const MOST_SIZE = 1_000_000;
/** Groups under way at once. The fewer, the larger each is. */
const LANES = 2;
/** A group that takes longer, as it waits for a lock or the way is long, does not hold up the next. */
const PATIENCE_MS = 50;

export interface GroupOptions<Item> {
  /** Calls with the same key are not in one group. */
  readonly keyOf: (item: Item) => string;
  /** About how many characters it has. Default: few. */
  readonly sizeOf?: (item: Item) => number;
}

interface Call<Item, Answer> {
  readonly item: Item;
  resolve(answer: Answer | Promise<Answer>): void;
  reject(error: unknown): void;
}

/**
 * Does together what is asked for at the same time: a statement for many costs little more than one for one, and so does its
 * commit. The first call of a quiet moment does not wait; what comes while others are under way goes with the next ones.
 * `work` answers item by item, and does all or nothing: where a group fails by what it asks for, each of its items is done alone.
 */
export function grouped<Item, Answer>(
  work: (items: readonly Item[]) => Promise<readonly (Answer | Promise<Answer>)[]>, { keyOf, sizeOf = () => 0 }: GroupOptions<Item>,
): (item: Item) => Promise<Answer> {
  let waiting: Call<Item, Answer>[] = [];
  let lanesTaken = 0;
  let planned = false;

  /** At the end of this turn of the event loop, as what woke up with this call asks for the same. */
  function plan(): void {
    if (planned || waiting.length === 0 || lanesTaken >= LANES) return;
    planned = true;
    setImmediate(() => {
      planned = false;
      start(next());
      plan();
    });
  }

  function next(): readonly Call<Item, Answer>[] {
    const keys = new Set<string>();
    const group: Call<Item, Answer>[] = [];
    const left: Call<Item, Answer>[] = [];
    let size = 0;
    for (const call of waiting) {
      const key = keyOf(call.item);
      const room = group.length < MOST_CALLS && (group.length === 0 || size + sizeOf(call.item) <= MOST_SIZE);
      if (!room || keys.has(key)) {
        left.push(call);
        continue;
      }
      keys.add(key);
      size += sizeOf(call.item);
      group.push(call);
    }
    waiting = left;
    return group;
  }

  function start(group: readonly Call<Item, Answer>[]): void {
    let inLane = true;
    lanesTaken += 1;
    const leave = () => {
      if (inLane) lanesTaken -= 1;
      inLane = false;
      plan();
    };
    const timer = setTimeout(leave, PATIENCE_MS);
    void run(group).then(() => {
      clearTimeout(timer);
      leave();
    });
  }

  async function run(group: readonly Call<Item, Answer>[]): Promise<void> {
    try {
      const answers = await work(group.map(({ item }) => item));
      group.forEach(({ resolve }, index) => resolve(answers[index] as Answer));
    } catch (error) {
      if (group.length > 1 && isOfItsOwn(error)) await Promise.all(group.map((call) => run([call])));
      else for (const { reject } of group) reject(error);
    }
  }

  return (item) => new Promise((resolve, reject) => {
    waiting.push({ item, resolve, reject });
    plan();
  });
}
