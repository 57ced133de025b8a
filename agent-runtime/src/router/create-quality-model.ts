import type { ModelRequest } from '../providers/model.ts';
import type { RoutingRecords } from '../stores/records/routing-records.ts';
import { createLearner } from './learning/learner.ts';
import type { Learner, LearnerSnapshot } from './learning/learner.ts';
import { createNeedThreshold } from './need-threshold.ts';
import { createPredictor } from './predictor/predictor.ts';
import type { Predictor } from './predictor/predictor.ts';
import { standingOf } from './quality.ts';
import type { QualityModel } from './quality-model.ts';

export interface QualityModelOptions {
  readonly records: Pick<RoutingRecords, 'loadState' | 'saveState'>;
  /** ms since 1970. */
  readonly now: () => number;
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
  /** Between two savings of what was learnt. */
  readonly saveMs?: number;
}

const STATE = 'learner';
/** A longer prompt is judged by its beginning and its end. */
const LOOKED_AT = 8_000;
/** Of a model that was not seen in a request yet. */
const USUAL_STANDING = 0.5;
/** Of a request whose need nobody predicted. */
const USUAL_NEED = 0.5;

/**
 * The predictor's prior and, over it, what outcomes have taught: it goes on where the last process ended. Several
 * processes each learn for themselves, and the one that saves last is what the next start begins with.
 */
export async function createQualityModel({ records, now, log, saveMs = 30_000 }: QualityModelOptions): Promise<QualityModel & { close(): Promise<void> }> {
  const threshold = createNeedThreshold();
  const standings = new Map<string, number>();
  let predictor: Predictor | undefined;
  // What a strong model is needed for, a weaker one fails at in proportion to its standing.
  const prior = (model: string, need: number) => 1 - need * (1 - (standings.get(model) ?? USUAL_STANDING));
  const learner: Learner = createLearner({ prior }, await records.loadState(STATE) as LearnerSnapshot | undefined);
  let changed = false;

  async function save(): Promise<void> {
    if (!changed) return;
    changed = false;
    try {
      await records.saveState(STATE, learner.toJSON(), now());
    } catch (error) {
      changed = true;
      log('learner-not-saved', { message: error instanceof Error ? error.message : String(error) });
    }
  }
  const timer = setInterval(() => void save(), saveMs).unref();

  return {
    need(request) {
      predictor ??= createPredictor();
      return predictor.score(promptOf(request));
    },
    knows: (operation) => learner.knows(operation),
    success(operation, entry, need, drawn) {
      const { id } = entry.model;
      standings.set(id, standingOf(entry));
      if (!learner.knows(operation)) return null;
      return drawn ? learner.draw(operation, id, { need }) : learner.successProbability(operation, id, { need });
    },
    standing(operation, entry, need) {
      if (!learner.knows(operation)) return null;
      const standing = standingOf(entry);
      standings.set(entry.model.id, standing);
      const learnt = learner.successProbability(operation, entry.model.id, { need }) - prior(entry.model.id, need);
      return Math.min(1, Math.max(0, standing + learnt));
    },
    threshold: (settings) => threshold.current(settings),
    weighed: (loss) => threshold.record(loss),
    observe({ operation, modelId, need, success }) {
      learner.observe({ operation, model: modelId, need: need ?? USUAL_NEED, success });
      changed = true;
    },
    async close() {
      clearInterval(timer);
      await save();
    },
  };
}

/** The text of the last turn of the user. */
function promptOf({ messages }: ModelRequest): string {
  const content = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const text = typeof content === 'string' ? content : content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
  return text.length <= LOOKED_AT ? text : `${text.slice(0, LOOKED_AT / 2)}\n${text.slice(-LOOKED_AT / 2)}`;
}
