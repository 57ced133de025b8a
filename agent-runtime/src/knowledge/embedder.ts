import type { EmbeddingReport } from '../contract/collection.ts';
import type { CostStatus } from '../contract/usage.ts';
import { AiosError } from '../errors.ts';
import type { RoutedEmbeddingResponse, RoutedModel } from '../router/routed-model.ts';
import type { BookedCollection } from './collection-book.ts';
import type { KnowledgeCall } from './knowledge.ts';
import { invalid } from './refusals.ts';

/** What is embedded to learn how many numbers a model gives. */
const PROBE = 'dimension';

export type Embedder = ReturnType<typeof createEmbedder>;

/** Texts to vectors, by the router: its budgets, privacy and ledger hold. */
export function createEmbedder(router: Pick<RoutedModel, 'embed' | 'models'>) {
  /** The embedder of one request: all its calls share the request's cost limit, and are reported as one. */
  function start({ signal, routing, scope }: KnowledgeCall) {
    let spent = 0;
    const answers: { readonly texts: number; readonly response: RoutedEmbeddingResponse }[] = [];

    async function call(texts: readonly string[], model: string | undefined, dimensions?: number): Promise<RoutedEmbeddingResponse> {
      const { model: _, costRemainingUsd: limit, ...rest } = routing;
      const response = await router.embed(texts, {
        signal, scope, ...dimensions !== undefined && { dimensions },
        routing: { ...rest, ...model !== undefined && { model }, ...limit !== undefined && { costRemainingUsd: Math.max(0, limit - spent) } },
        // At its worst case where it is not known.
        onAttempt: ({ costUsd, worstCaseUsd }) => { spent += costUsd ?? worstCaseUsd ?? 0; },
      });
      answers.push({ texts: texts.length, response });
      return response;
    }

    return {
      /** What the model with that name is called and gives; undefined: the first one. A dimension that it does not give of itself is asked of it. */
      async probe(model: string | undefined, wanted: number | undefined): Promise<{ readonly model: string; readonly dimension: number; readonly shortened: boolean }> {
        const lengthOf = (response: RoutedEmbeddingResponse) => response.vectors[0]!.length;
        const response = await call([PROBE], model);
        const dimension = lengthOf(response);
        if (wanted === undefined || wanted === dimension) return { model: response.model, dimension, shortened: false };
        const refused = (cause?: unknown) => invalid('dimension', `is ${wanted}, but ${response.model} gives ${dimension} numbers and cannot be asked for ${wanted}: leave it out`, cause);
        const shortened = await call([PROBE], response.model, wanted).catch((error: unknown) => {
          throw error instanceof AiosError && error.code === 'model_request_rejected' ? refused(error) : error;
        });
        if (lengthOf(shortened) !== wanted) throw refused();
        return { model: response.model, dimension: wanted, shortened: true };
      },
      /** By the collection's own model. `pathOf`: what a text is called in the request, for errors. */
      async embed(texts: readonly string[], { name, embeddingModel, dimension, shortened }: BookedCollection, pathOf: (index: number) => string): Promise<readonly (readonly number[])[]> {
        const { vectors } = await call(texts, embeddingModel!, shortened ? dimension! : undefined).catch((error: unknown) => {
          throw error instanceof AiosError ? explained(error, { name, embeddingModel }, pathOf) : error;
        });
        const other = vectors.find(({ length }) => length !== dimension);
        if (other === undefined) return vectors;
        throw new AiosError('collection_conflict', `${embeddingModel} gives ${other.length} numbers, but the collection ${name} was made for ${dimension}: another model has come under this name. `
          + 'Configure the one that was there, or make another collection and fill that anew.');
      },
      /** Null: nothing was embedded. */
      report(): EmbeddingReport | null {
        const last = answers.at(-1)?.response;
        if (last === undefined) return null;
        const costs = answers.map(({ response }) => response.costUsd);
        return {
          model: last.model,
          texts: answers.reduce((sum, { texts }) => sum + texts, 0),
          inputTokens: answers.reduce((sum, { response: { usage } }) => sum + usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h, 0),
          costUsd: costs.includes(null) ? null : costs.reduce<number>((sum, cost) => sum + cost!, 0),
          costStatus: leastSure(answers.map(({ response }) => response.costStatus)),
        };
      },
    };
  }

  return {
    start,
    /** Whether the name stands for the model with that id. */
    isCalled(name: string, id: string): boolean {
      if (name === id) return true;
      const models = router.models().filter(({ kind }) => kind === 'embedding');
      const named = models.find((model) => model.id === name || model.aliases.includes(name));
      return named === undefined ? id.endsWith(`/${name}`) : named.id === id;
    },
  };
}

function leastSure(statuses: readonly CostStatus[]): CostStatus {
  return (['unknown', 'estimated', 'known'] as const).find((status) => statuses.includes(status)) ?? 'free';
}

function explained(error: AiosError, { name, embeddingModel }: Pick<BookedCollection, 'name' | 'embeddingModel'>, pathOf: (index: number) => string): AiosError {
  if (error.code === 'model_not_configured') {
    return new AiosError(error.code, `The collection ${name} is embedded by ${embeddingModel}, which is not configured any more. Configure it again, or make another `
      + 'collection and fill that anew. Vectors that are given, and searches by words alone, need no model.', { cause: error });
  }
  const [issue] = error.issues;
  const index = /^inputs\.(\d+)$/.exec(issue?.path ?? '')?.[1];
  if (issue === undefined || index === undefined) return error;
  const path = pathOf(Number(index));
  return new AiosError(error.code, `${path} ${issue.message}.`, { cause: error, issues: [{ path, message: issue.message }] });
}
