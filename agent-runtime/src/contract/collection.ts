import { z } from 'zod';
import { costSchema } from './usage.ts';

/** Collections of one API key. */
export const MOST_COLLECTIONS = 200;
export const MOST_DOCUMENTS = 1_000;
const MOST_TEXT = 100_000;
const MOST_QUERY_TEXT = 20_000;
/** A number of single precision: what a store keeps. */
const MOST_NUMBER = 3.4e38;

const vectorSchema = z.array(z.number().min(-MOST_NUMBER).max(MOST_NUMBER)).min(1).max(65_535);
const payloadSchema = z.record(z.string(), z.unknown());
const documentIdSchema = z.string().min(1).max(500).refine((id) => id.isWellFormed(), 'holds half of a surrogate pair');
const distanceSchema = z.enum(['cosine', 'dot', 'euclid']);

export const collectionNameSchema = z.string()
  .regex(/^[a-z\d][\w.-]{0,99}$/i, 'must be 1 to 100 letters, digits, "-", "_" and ".", the first a letter or digit');

/** What a caller asks for. What is absent is as usual, or as the collection has it that is there already. */
export const collectionRequestSchema = z.strictObject({
  embeddingModel: z.string().min(1).max(200).nullable().optional()
    .describe('The model that texts are embedded with. Default: the first configured one; null, also where a dimension is given: none, vectors are given'),
  dimension: z.number().int().min(1).max(65_535).optional()
    .describe('Numbers of a vector. Default: as many as the model gives; without a model none: then documents are searched by words alone'),
  sparse: z.boolean().optional().describe('Whether texts can be searched by their words too. Default false'),
  distance: distanceSchema.optional().describe('Default cosine'),
});
export type CollectionRequest = z.infer<typeof collectionRequestSchema>;

export const collectionSummarySchema = z.object({
  name: z.string(),
  embeddingModel: z.string().nullable().describe('provider/model that texts are embedded with; null: none'),
  dimension: z.number().int().nullable().describe('Null: documents have no vectors but are searched by words'),
  sparse: z.boolean(),
  distance: distanceSchema,
  createdAt: z.iso.datetime(),
});
export type CollectionSummary = z.infer<typeof collectionSummarySchema>;

export const collectionSchema = collectionSummarySchema.extend({ documents: z.number().int().nonnegative() });
export type Collection = z.infer<typeof collectionSchema>;

const newDocumentSchema = z.strictObject({
  id: documentIdSchema.describe('A document of this id that is there already is replaced'),
  text: z.string().min(1).max(MOST_TEXT).optional().describe('Kept, and embedded where no vector is given. Long ones are not cut into pieces'),
  vector: vectorSchema.optional().describe('In place of one of the text'),
  payload: payloadSchema.optional().describe('With the text at most 1 MiB as JSON; filters go by it'),
});
export type NewDocument = z.infer<typeof newDocumentSchema>;

export const documentsRequestSchema = z.strictObject({ documents: z.array(newDocumentSchema).min(1).max(MOST_DOCUMENTS) });

export const embeddingReportSchema = costSchema.extend({
  model: z.string(), texts: z.number().int().nonnegative(), inputTokens: z.number().int().nonnegative(),
});
export type EmbeddingReport = z.infer<typeof embeddingReportSchema>;

const embeddingSchema = embeddingReportSchema.nullable().describe('What embedding took; null: nothing was embedded');

export const documentsStoredSchema = z.object({ stored: z.number().int().nonnegative(), embedding: embeddingSchema });
export type DocumentsStored = z.infer<typeof documentsStoredSchema>;

export const documentSchema = z.object({ id: z.string(), text: z.string().nullable(), payload: payloadSchema });
export type Document = z.infer<typeof documentSchema>;

const boundSchema = z.number().optional();
const valueSchema = z.union([z.string(), z.number(), z.boolean()]);
type Value = z.infer<typeof valueSchema>;

/** One condition on a field of the payload, or others joined. */
export interface DocumentFilter {
  readonly field?: string | undefined;
  readonly equals?: Value | undefined;
  readonly anyOf?: Value[] | undefined;
  readonly range?: { gt?: number | undefined; gte?: number | undefined; lt?: number | undefined; lte?: number | undefined } | undefined;
  readonly exists?: boolean | undefined;
  readonly and?: DocumentFilter[] | undefined;
  readonly or?: DocumentFilter[] | undefined;
  readonly not?: DocumentFilter | undefined;
}

const CONDITIONS = ['equals', 'anyOf', 'range', 'exists'] as const;
const JOINED = ['and', 'or', 'not'] as const;

/** A filter in a filter. It hides that it is one, because a schema that holds itself would be described inside out. */
export const innerFilterSchema = z.looseObject({}).superRefine((value, context) => {
  const { error } = documentFilterSchema.safeParse(value);
  for (const { path, message } of error?.issues ?? []) context.addIssue({ code: 'custom', path, message });
}) as unknown as z.ZodType<DocumentFilter>;

export const documentFilterSchema = z.strictObject({
  field: z.string().min(1).max(500).optional().describe('A key of the payload, or keys inside each other joined by dots: source.author'),
  equals: valueSchema.optional(),
  anyOf: z.array(valueSchema).min(1).max(1_000).optional(),
  range: z.strictObject({ gt: boundSchema, gte: boundSchema, lt: boundSchema, lte: boundSchema }).optional(),
  exists: z.boolean().optional(),
  and: z.array(innerFilterSchema).min(1).max(100).optional(),
  or: z.array(innerFilterSchema).min(1).max(100).optional(),
  not: innerFilterSchema.optional(),
}).refine((filter) => {
  const given = (keys: readonly (keyof DocumentFilter)[]): number => keys.filter((key) => filter[key] !== undefined).length;
  return filter.field === undefined ? given(CONDITIONS) === 0 && given(JOINED) === 1 : given(CONDITIONS) === 1 && given(JOINED) === 0;
}, 'must be a field with one of equals, anyOf, range and exists, or else one of and, or and not');

export const documentsRemovalSchema = z.strictObject({
  ids: z.array(documentIdSchema).min(1).max(MOST_DOCUMENTS).optional(), filter: documentFilterSchema.optional(),
}).refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), 'must have either ids or a filter');
export type DocumentsRemoval = z.infer<typeof documentsRemovalSchema>;

const searchModeSchema = z.enum(['dense', 'sparse', 'hybrid']);
export type SearchMode = z.infer<typeof searchModeSchema>;

export const documentSearchSchema = z.strictObject({
  text: z.string().min(1).max(MOST_QUERY_TEXT).optional(),
  vector: vectorSchema.optional().describe('In place of one of the text'),
  filter: documentFilterSchema.optional(),
  limit: z.number().int().min(1).max(200).default(10),
  mode: searchModeSchema.optional().describe('By meaning, by words, or by both fused. Default: by all that the collection and the query have'),
  scoreThreshold: z.number().optional().describe('Leaves out what scores less; scores of different modes do not compare'),
});
export type DocumentSearch = z.infer<typeof documentSearchSchema>;

export const documentMatchSchema = documentSchema.extend({ score: z.number().describe('The greater the better; by euclid the distance made negative') });

export const documentMatchesSchema = z.object({
  mode: searchModeSchema, matches: z.array(documentMatchSchema).describe('Best first'), embedding: embeddingSchema,
});
export type DocumentMatches = z.infer<typeof documentMatchesSchema>;
