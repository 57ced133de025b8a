import type { Scope } from '../../contract/decision.ts';
import type { Message, ModelRequest } from '../../providers/model.ts';
import type { AnswerStore } from './answer-store.ts';
import { requestKey } from './request-key.ts';
import { guardOf, mayMeanTheSame } from './semantic-guard.ts';
import type { GuardedText } from './semantic-guard.ts';
import type { CacheSettings } from './settings.ts';

/** One vector a text, of which nothing is left that must not leave. `scope`: whom the call is made for, so that it is charged like any other. */
export type Embed = (texts: readonly string[], signal: AbortSignal, scope: Scope) => Promise<readonly (readonly number[])[]>;

export interface SemanticIndex {
  /** Key of the answer to the nearest question that may be taken for the same. Failed embeddings find nothing. */
  nearest(scope: Scope, model: string, request: ModelRequest, told: ModelRequest, signal: AbortSignal): Promise<string | null>;
  /** Makes an answer findable, once its question's embedding is there. */
  add(scope: Scope, model: string, request: ModelRequest, told: ModelRequest, key: string): void;
  forget(key: string): void;
}

export interface SemanticIndexOptions {
  readonly embed: Embed;
  readonly settings: () => CacheSettings['semantic'];
  readonly answers: Pick<AnswerStore, 'has' | 'charge'>;
}

interface Question {
  readonly partition: string;
  readonly text: string;
  readonly guard: GuardedText;
}

interface Known {
  readonly guard: GuardedText;
  /** Of length one. */
  readonly vector: Float32Array;
}

/** Questions a partition: the newest ones, so that looking through them stays short. */
const MOST = 500;
const LATE_EMBEDDING_MS = 30_000;

/** The text of the last turn, if it is a person's and has nothing else. */
function questionIn({ messages }: ModelRequest): string | null {
  const last = messages.at(-1);
  return last?.role === 'user' ? onlyText(last.content) : null;
}

/** Questions by what surrounds them: only those with the same tenant, model, parameters and conversation are compared. */
export function createSemanticIndex({ embed, settings, answers }: SemanticIndexOptions): SemanticIndex {
  const partitions = new Map<string, Map<string, Known>>();
  const partitionOf = new Map<string, string>();
  /** Vectors looked up for a request, for when its answer is kept. */
  const vectors = new WeakMap<ModelRequest, { readonly text: string; readonly vector: Float32Array }>();

  function questionOf(scope: Scope, model: string, request: ModelRequest): Question | null {
    const { embeddingModel = '' } = settings();
    const text = questionIn(request);
    const guard = text === null ? null : guardOf(text);
    if (text === null || guard === null) return null;
    const surroundings = { ...request, messages: request.messages.slice(0, -1) };
    return { text, guard, partition: requestKey(scope.tenant, `${model} ${embeddingModel}`, surroundings) };
  }

  async function vectorOf(scope: Scope, request: ModelRequest, told: ModelRequest, signal: AbortSignal): Promise<Float32Array | null> {
    const text = questionIn(told);
    if (text === null) return null;
    const known = vectors.get(request);
    if (known?.text === text) return known.vector;
    const [vector] = await embed([text], signal, scope);
    const unit = vector === undefined ? null : toUnit(vector);
    if (unit !== null) vectors.set(request, { text, vector: unit });
    return unit;
  }

  function forget(key: string): void {
    const partition = partitionOf.get(key);
    if (partition === undefined) return;
    partitionOf.delete(key);
    const known = partitions.get(partition);
    known?.delete(key);
    if (known?.size === 0) partitions.delete(partition);
  }

  return {
    async nearest(scope, model, request, told, signal) {
      const question = questionOf(scope, model, request);
      if (question === null) return null;
      // Before any call is made: most questions have nothing that they could be taken for.
      const similar = [...partitions.get(question.partition) ?? []]
        .filter(([key, { guard }]) => mayMeanTheSame(guard, question.guard) && answers.has(key));
      if (similar.length === 0) return null;
      const vector = await vectorOf(scope, request, told, signal).catch(() => null);
      if (vector === null) return null;
      let best: string | null = null;
      // The vectors are of single precision.
      let bestCosine = settings().threshold - 1e-6;
      for (const [key, known] of similar) {
        const cosine = cosineOf(vector, known.vector);
        if (cosine >= bestCosine) [best, bestCosine] = [key, cosine];
      }
      return best;
    },
    add(scope, model, request, told, key) {
      const question = questionOf(scope, model, request);
      if (question === null) return;
      const { partition, guard, text } = question;
      void vectorOf(scope, request, told, AbortSignal.timeout(LATE_EMBEDDING_MS)).then((vector) => {
        if (vector === null || !answers.charge(key, vector.byteLength + 8 * text.length)) return;
        forget(key);
        const known = partitions.get(partition) ?? new Map<string, Known>();
        partitions.set(partition, known.set(key, { guard, vector }));
        partitionOf.set(key, partition);
        if (known.size > MOST) forget(known.keys().next().value!);
      }).catch(() => undefined);
    },
    forget,
  };
}

function onlyText(content: Message['content']): string | null {
  if (typeof content === 'string') return content;
  const texts = content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  return texts.length === content.length ? texts.join('\n') : null;
}

function toUnit(vector: readonly number[]): Float32Array | null {
  const length = Math.hypot(...vector);
  return length > 0 && Number.isFinite(length) ? Float32Array.from(vector, (value) => value / length) : null;
}

/** Of two vectors of length one; those of different models are not near. */
function cosineOf(one: Float32Array, other: Float32Array): number {
  if (one.length !== other.length) return -1;
  let sum = 0;
  for (let index = 0; index < one.length; index += 1) sum += one[index]! * other[index]!;
  return sum;
}
