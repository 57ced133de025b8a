import type { Answer, RecordedRequest } from './http-exchange.ts';

/**
 * What goes wrong: an answer given instead of the real one; `reset`: the connection is cut and nothing happens;
 * `lose-answer`: the request takes effect and the connection is cut before its answer; `hang`: no answer at all.
 */
export type Failure = Answer | 'reset' | 'lose-answer' | 'hang';

export interface PlannedFailure {
  readonly failure: Failure;
  /** How many matching requests fail. Default 1. */
  readonly times?: number;
  /** `POST`; default any. */
  readonly method?: string;
  /** Tried on the path; default any. */
  readonly path?: RegExp;
}

/** The failures a test has planned for a stand-in. The first plan that matches is used up first. */
export interface Failures {
  plan(planned: PlannedFailure): void;
  take(request: RecordedRequest): Failure | undefined;
}

export function createFailures(): Failures {
  const plans: Array<{ planned: PlannedFailure; left: number }> = [];
  return {
    plan(planned) {
      plans.push({ planned, left: planned.times ?? 1 });
    },
    take(request) {
      const index = plans.findIndex(({ planned }) => (planned.method === undefined || planned.method === request.method)
        && (planned.path === undefined || planned.path.test(request.path)));
      const plan = plans[index];
      if (plan === undefined) return undefined;
      plan.left -= 1;
      if (plan.left <= 0) plans.splice(index, 1);
      return plan.planned.failure;
    },
  };
}
