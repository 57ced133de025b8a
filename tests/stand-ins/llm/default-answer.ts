import { isRecord } from './call.ts';
import type { LlmCall } from './call.ts';

/** What a stand-in answers when nothing else is scripted: findings on lines that the prompt shows, or a text. */
export function defaultAnswer(call: LlmCall): string {
  if (call.schema === null) return `Stand-in answer to: ${lastQuestion(call)}`;
  if (isRecord(call.schema.properties) && 'findings' in call.schema.properties) return JSON.stringify(findingsFor(call));
  return JSON.stringify(fill(call.schema));
}

function lastQuestion({ messages }: LlmCall): string {
  const text = messages.at(-1)?.content ?? '';
  return (/Question: ([\s\S]*)$/.exec(text)?.[1] ?? text).trim().slice(0, 200);
}

/** One finding on the first added line of each file, high for the first file and low for the others; at most three. */
function findingsFor({ messages }: LlmCall) {
  const places = new Map<string, number>();
  let path: string | null = null;
  for (const line of messages.filter(({ role }) => role === 'user').flatMap(({ content }) => content.split('\n'))) {
    path = /^<file path="([^"]*)">$/.exec(line)?.[1]?.replace(/&quot;/g, '"').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&') ?? path;
    const added = /^ {6} +(\d+) \+ \s*\S/.exec(line);
    if (added && path !== null && !places.has(path)) places.set(path, Number(added[1]));
  }
  const findings = [...places].slice(0, 3).map(([file, line], index) => ({
    path: file, side: 'RIGHT', startLine: line, endLine: line,
    severity: index === 0 ? 'high' : 'low', category: 'correctness', confidence: 0.9,
    title: `Stand-in finding in ${file.slice(-100)}`,
    explanation: `The stand-in model always finds something on the first added line, here line ${line}.`,
    suggestedChange: null,
  }));
  return { summary: `The stand-in model read ${places.size} file${places.size === 1 ? '' : 's'} with added lines.`, findings };
}

/** The smallest document that a simple schema allows. */
function fill(schema: unknown): unknown {
  if (!isRecord(schema)) return null;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.anyOf)) return fill(schema.anyOf[0]);
  const type: unknown = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object') return Object.fromEntries(Object.entries(isRecord(schema.properties) ? schema.properties : {}).map(([name, part]) => [name, fill(part)]));
  if (type === 'array') return [];
  if (type === 'string') return '';
  if (type === 'boolean') return false;
  return type === 'number' || type === 'integer' ? 0 : null;
}
