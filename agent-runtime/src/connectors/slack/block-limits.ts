import type { KnownBlock } from '@slack/web-api';
import type { FieldIssue } from '../../errors.ts';

const MOST_BLOCKS = 50;
/** Slack cuts a longer text off. */
const LONGEST_TEXT = 40_000;

/** Longest text, in characters, and most elements, by the type of the block and the field. */
const LONGEST: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  section: { text: 3_000 },
  header: { text: 150 },
  image: { image_url: 3_000, alt_text: 2_000, title: 2_000 },
  markdown: { text: 12_000 },
};
const MOST: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  section: { fields: 10 },
  context: { elements: 10 },
  actions: { elements: 25 },
};
const LONGEST_FIELD = 2_000;

/** Which of Slack's limits a message breaks. Slack itself says little more than `invalid_blocks`. */
export function checkLimits(text: string, blocks: readonly KnownBlock[] = []): FieldIssue[] {
  const issues: FieldIssue[] = [];
  const limit = (path: string, size: number, most: number, unit: string): void => {
    if (size > most) issues.push({ path, message: `has ${size} ${unit}, Slack takes ${most} at most` });
  };
  limit('text', text.length, LONGEST_TEXT, 'characters');
  limit('blocks', blocks.length, MOST_BLOCKS, 'blocks');
  blocks.forEach((block, index) => {
    const fields = block as unknown as Record<string, unknown>;
    const path = `blocks[${index}]`;
    for (const [name, most] of Object.entries(LONGEST[block.type] ?? {})) {
      const value = textOf(fields[name]);
      limit(`${path}.${name}`, value?.length ?? 0, most, 'characters');
      if (value === '') issues.push({ path: `${path}.${name}`, message: 'is empty, which Slack refuses' });
    }
    for (const [name, most] of Object.entries(MOST[block.type] ?? {})) {
      limit(`${path}.${name}`, Array.isArray(fields[name]) ? fields[name].length : 0, most, name);
    }
    if (block.type === 'section') {
      block.fields?.forEach((field, place) => limit(`${path}.fields[${place}]`, field.text.length, LONGEST_FIELD, 'characters'));
    }
  });
  return issues;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const text = (value as { text?: unknown } | undefined)?.text;
  return typeof text === 'string' ? text : undefined;
}
