import { z } from 'zod';
import { dataLocationSchema } from '../../contract/privacy.ts';
import { settingsShape } from './settings.ts';

const NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;
const NAME_RULE = 'must begin with a letter or digit and have only letters, digits, ".", "_" and "-", at most 64';
const rate = z.number().min(0).max(100_000);
const tokens = z.number().int().positive();
const share = z.number().min(0).max(1);

/** The APIs that the runtime speaks. */
export const providerKindSchema = z.enum(['anthropic', 'openai-compatible', 'ollama']);
export type ProviderKind = z.infer<typeof providerKindSchema>;

const secretSchema = z.string().regex(/^(env:[A-Za-z_]\w*|file:\/.+)$/,
  'must say where the key is, not what it is: env:NAME of a variable or file:/path of a file. A key written into this file should be revoked');

const endpointSchema = z.strictObject({
  provider: providerKindSchema,
  baseUrl: z.url({ protocol: /^https?$/, error: 'must be an http or https address, such as http://127.0.0.1:8000/v1' })
    .refine((url) => !/^[^/]+\/\/[^/]*@/.test(url), 'must not hold a user or a password; put the key into apiKeys').optional(),
  apiKeys: z.array(secretSchema).default([]),
  location: dataLocationSchema.optional(),
  free: z.boolean().default(false),
  maxConcurrent: z.number().int().positive().max(10_000).optional(),
});
export type EndpointInFile = z.output<typeof endpointSchema>;

const priceSchema = z.union([
  z.literal('free'),
  z.strictObject({
    inputPerMillion: rate,
    outputPerMillion: rate,
    cacheReadPerMillion: rate.optional(),
    cacheWrite5mPerMillion: rate.optional(),
    cacheWrite1hPerMillion: rate.optional(),
  }),
], 'must be free, or rates such as {inputPerMillion: 0.1, outputPerMillion: 0.4}');
export type PriceInFile = z.output<typeof priceSchema>;

const modelSchema = z.strictObject({
  endpoint: z.string(),
  model: z.string().min(1).max(200),
  id: z.string().regex(/^[^\s/]+\/\S+$/, 'must have the form endpoint/model').max(200).optional(),
  aliases: z.array(z.string().regex(/^\S{1,200}$/, 'must be a name without spaces')).default([]),
  kind: z.enum(['chat', 'embedding']).default('chat'),
  contextWindow: tokens.optional(),
  maxOutputTokens: tokens.optional(),
  abilities: z.strictObject({
    tools: z.boolean().optional(), images: z.boolean().optional(), jsonSchema: z.boolean().optional(), streaming: z.boolean().optional(),
  }).default({}),
  location: dataLocationSchema.optional(),
  price: priceSchema.optional(),
  priceAs: z.string().regex(/^[^/]+\/.+$/, 'must have the form provider/model, as the price list names them').optional(),
  quality: share.optional(),
}).refine(({ price, priceAs }) => price === undefined || priceAs === undefined, 'has price and priceAs; keep one of them');
export type ModelInFile = z.output<typeof modelSchema>;

/** The router file: where models are, what they are, and how one is chosen. Keys that it does not know are errors. */
export const routerFileSchema = z.strictObject({
  environment: z.boolean().default(true).describe("False: the environment's models are left out"),
  endpoints: z.record(z.string().regex(NAME, NAME_RULE), endpointSchema).default({}),
  models: z.array(modelSchema).default([]),
  ...settingsShape,
});
export type RouterFile = z.output<typeof routerFileSchema>;
