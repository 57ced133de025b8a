import { createAnswerStore } from './answer-store.ts';
import { requestKey } from './request-key.ts';
import type { CachedAnswer, ResponseCache } from './response-cache.ts';
import { createSemanticIndex } from './semantic-index.ts';
import type { Embed } from './semantic-index.ts';
import type { CacheSettings } from './settings.ts';

export interface ResponseCacheOptions {
  /** Asked at each use, so that a change of the configuration holds at once. */
  readonly settings: () => CacheSettings;
  /** Vectors of texts for the semantic cache. Its failures make a miss. */
  readonly embed: Embed;
  /** Milliseconds. */
  readonly now: () => number;
}

/**
 * A response cache in memory: it ends with the process, and each process has its own.
 *
 * A request that carries tools is not cached unless it forbids their use, and an answer that calls tools never is: given
 * again, it would have the tool called again. One with a temperature above 0 wants answers that vary, so it is cached only
 * where it asks for it; one without a temperature does not say, and is taken as content with one answer.
 */
export function createResponseCache({ settings, embed, now }: ResponseCacheOptions): ResponseCache {
  const store = createAnswerStore({
    limits: () => {
      const { ttlMinutes, maxMegabytes } = settings().exact;
      return { ttlMs: ttlMinutes * 60_000, maxBytes: maxMegabytes * 1_048_576 };
    },
    now,
    onRemoved: (key) => semantic.forget(key),
  });
  const semantic = createSemanticIndex({ embed, settings: () => settings().semantic, answers: store });

  return {
    applies(request, asked) {
      const { use } = settings().exact;
      if (use === 'never' || asked === 'off') return false;
      if (asked !== 'on' && (use === 'when-asked' || (request.temperature ?? 0) > 0)) return false;
      return request.tools === undefined || request.tools.length === 0 || request.toolChoice?.type === 'none';
    },
    async find(scope, model, request, told, signal) {
      const exact = store.get(requestKey(scope.tenant, model, request));
      if (exact !== null) return { answer: exact, kind: 'exact' };
      const allowed = settings().semantic.enabled ? told() : null;
      const key = allowed && await semantic.nearest(scope, model, request, allowed, signal);
      const answer = key === null ? null : store.get(key);
      return answer === null ? null : { answer, kind: 'semantic' };
    },
    keep(scope, model, request, told, answer) {
      if (!mayBeGivenAgain(answer)) return;
      const key = requestKey(scope.tenant, model, request);
      store.set(key, onlyTheAnswer(answer));
      const allowed = settings().semantic.enabled ? told() : null;
      if (allowed) semantic.add(scope, model, request, allowed, key);
    },
  };
}

function mayBeGivenAgain({ finishReason, text, toolCalls, offline }: CachedAnswer): boolean {
  return finishReason === 'stop' && text.trim() !== '' && (toolCalls?.length ?? 0) === 0 && !offline;
}

/** Callers hand over whole responses; their attempts and costs are not kept. */
function onlyTheAnswer({ text, finishReason, model, offline, reasoning, stopSequence }: CachedAnswer): CachedAnswer {
  return {
    text, finishReason, model, offline, ...(reasoning === undefined ? {} : { reasoning }), ...(stopSequence === undefined ? {} : { stopSequence }),
  };
}
