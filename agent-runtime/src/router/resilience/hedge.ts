export type HedgeLane = 'primary' | 'second';

export interface HedgeOptions<Value> {
  /** Makes one call. `signal` is aborted when the whole is, or when the other lane has won. It must end soon after that. */
  readonly start: (lane: HedgeLane, signal: AbortSignal) => Promise<Value>;
  /** Starts the second lane when the primary has not delivered after so long. */
  readonly afterMs: number;
  /** Asked just before the second lane starts; false: it stays away. */
  readonly mayStart?: () => boolean;
  /** Aborts both lanes. */
  readonly signal: AbortSignal;
}

export interface HedgeWinner<Value> {
  readonly lane: HedgeLane;
  readonly value: Value;
  /** Aborts the winner's call, whose stream may go on after its first part. */
  readonly abort: (reason?: unknown) => void;
  /** Lets go of the outer signal: once nothing more comes of the winner. */
  readonly release: () => void;
  /** Resolved when the lane that lost has ended, also if it never started. With its value, if it delivered one too late. Never rejects. */
  readonly loserEnded: Promise<Value | undefined>;
}

interface Lane<Value> {
  readonly controller: AbortController;
  readonly delivered: Promise<Value>;
  /** As `delivered`, but undefined when it failed. */
  readonly ended: Promise<Value | undefined>;
}

/**
 * Races a call against a second one that starts later: the first to deliver wins and the other one is aborted at once. A
 * primary that fails before the second has started fails the whole at once: repeating is not the matter here. When both
 * fail, the primary's error is thrown.
 */
export async function hedge<Value>({ start, afterMs, mayStart, signal }: HedgeOptions<Value>): Promise<HedgeWinner<Value>> {
  signal.throwIfAborted();
  const lanes: Partial<Record<HedgeLane, Lane<Value>>> = {};
  const abortAll = () => { for (const lane of Object.values(lanes)) lane.controller.abort(signal.reason); };
  const release = () => signal.removeEventListener('abort', abortAll);
  signal.addEventListener('abort', abortAll, { once: true });
  const open = (name: HedgeLane) => {
    const controller = new AbortController();
    const delivered = (async () => start(name, controller.signal))();
    const lane = { controller, delivered, ended: delivered.catch(() => undefined) };
    lanes[name] = lane;
    return lane;
  };
  const primary = open('primary');
  let timer: NodeJS.Timeout | undefined;
  try {
    const second = await new Promise<Lane<Value> | undefined>((resolve) => {
      void primary.ended.then(() => resolve(undefined));
      timer = setTimeout(() => resolve(signal.aborted || mayStart?.() === false ? undefined : open('second')), afterMs);
    });
    clearTimeout(timer);
    const [lane, value] = second === undefined ? ['primary' as const, await primary.delivered] : await firstOf(primary, second);
    const loser = lane === 'primary' ? second : primary;
    loser?.controller.abort(new DOMException('The other call was faster.', 'AbortError'));
    const winner = lane === 'primary' ? primary : second!;
    return {
      lane, value, release, abort: (reason) => winner.controller.abort(reason), loserEnded: loser?.ended ?? Promise.resolve(undefined),
    };
  } catch (error) {
    clearTimeout(timer);
    release();
    throw error;
  }
}

async function firstOf<Value>(primary: Lane<Value>, second: Lane<Value>): Promise<readonly [HedgeLane, Value]> {
  try {
    return await Promise.any([
      primary.delivered.then((value) => ['primary', value] as const),
      second.delivered.then((value) => ['second', value] as const),
    ]);
  } catch (thrown) {
    throw thrown instanceof AggregateError ? thrown.errors[0] : thrown;
  }
}
