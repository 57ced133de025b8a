import { Ajv } from 'ajv';
import type { ErrorObject } from 'ajv';

const text = (type: 'plain_text' | 'mrkdwn', maxLength: number): object => ({
  type: 'object',
  required: ['type', 'text'],
  additionalProperties: false,
  properties: {
    type: { const: type },
    text: { type: 'string', minLength: 1, maxLength },
    ...(type === 'plain_text' ? { emoji: { type: 'boolean' } } : { verbatim: { type: 'boolean' } }),
  },
});
const anyText = (maxLength: number): object => ({ anyOf: [text('plain_text', maxLength), text('mrkdwn', maxLength)] });

const object = (type: string, required: readonly string[], properties: Record<string, object>): object => ({
  type: 'object',
  required: ['type', ...required],
  additionalProperties: false,
  properties: { type: { const: type }, ...properties },
});
const block = (type: string, required: readonly string[], properties: Record<string, object>): object =>
  object(type, required, { block_id: { type: 'string', maxLength: 255 }, ...properties });

const actionId = { type: 'string', minLength: 1, maxLength: 255 };
const webAddress = { type: 'string', pattern: '^https?://', maxLength: 3_000 };
const image = { image_url: webAddress, alt_text: { type: 'string', minLength: 1, maxLength: 2_000 } };
const button = object('button', ['text'], {
  text: text('plain_text', 75), action_id: actionId, url: webAddress, value: { type: 'string', maxLength: 2_000 },
  style: { enum: ['primary', 'danger'] }, accessibility_label: { type: 'string', maxLength: 75 },
});

const SCHEMA = {
  type: 'array',
  minItems: 1,
  maxItems: 50,
  items: {
    type: 'object',
    required: ['type'],
    discriminator: { propertyName: 'type' },
    oneOf: [
      {
        ...block('section', [], {
          text: anyText(3_000),
          fields: { type: 'array', minItems: 1, maxItems: 10, items: anyText(2_000) },
          accessory: { anyOf: [button, object('image', ['image_url', 'alt_text'], image)] },
          expand: { type: 'boolean' },
        }),
        anyOf: [{ required: ['text'] }, { required: ['fields'] }],
      },
      block('header', ['text'], { text: text('plain_text', 150) }),
      block('divider', [], {}),
      block('image', ['image_url', 'alt_text'], { ...image, title: text('plain_text', 2_000) }),
      block('context', ['elements'], {
        elements: {
          type: 'array', minItems: 1, maxItems: 10,
          items: { anyOf: [text('plain_text', 3_000), text('mrkdwn', 3_000), object('image', ['image_url', 'alt_text'], image)] },
        },
      }),
      block('actions', ['elements'], { elements: { type: 'array', minItems: 1, maxItems: 25, items: button } }),
      block('markdown', ['text'], { text: { type: 'string', minLength: 1, maxLength: 12_000 } }),
      block('rich_text', ['elements'], {
        elements: {
          type: 'array', minItems: 1,
          items: {
            type: 'object', required: ['type', 'elements'],
            properties: { type: { enum: ['rich_text_section', 'rich_text_list', 'rich_text_preformatted', 'rich_text_quote'] } },
          },
        },
      }),
    ],
  },
};

const validateBlocks = new Ajv({ strict: false, allErrors: true, discriminator: true }).compile(SCHEMA);

/** What Slack would refuse in these blocks, in the words of its `response_metadata.messages`. */
export function checkBlocks(blocks: unknown): string[] {
  const problems = validateBlocks(blocks) ? [] : (validateBlocks.errors ?? []).map(describe);
  const identifiers = Array.isArray(blocks) ? blocks.flatMap((entry: { block_id?: string }) => entry?.block_id ?? []) : [];
  if (new Set(identifiers).size < identifiers.length) problems.push('[ERROR] block_id must be unique [json-pointer:/blocks]');
  return problems;
}

function describe(error: ErrorObject): string {
  const extra = error.keyword === 'additionalProperties' ? `: ${String(error.params.additionalProperty)}` : '';
  return `[ERROR] ${error.message ?? 'is not valid'}${extra} [json-pointer:/blocks${error.instancePath}]`;
}
