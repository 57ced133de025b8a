import { z } from 'zod';
import { categorySchema, severitySchema, sideSchema, type Finding } from '../contract/finding.ts';
import type { Candidate } from './candidate.ts';

/**
 * What a model answers. Only plain types: providers' structured output refuses ranges and lengths, which are checked
 * when the findings are anchored.
 */
const modelAnswerSchema = z.strictObject({
  summary: z.string().describe('What the change does and how good it is, in two to five sentences'),
  findings: z.array(z.strictObject({
    path: z.string().describe('The path attribute of the file'),
    side: sideSchema,
    startLine: z.number().describe('First line, by the number shown for that side'),
    endLine: z.number().describe('Last line; the same as startLine for a single line'),
    severity: severitySchema,
    category: categorySchema,
    confidence: z.number().describe('0 to 1: how sure you are that this is wrong'),
    title: z.string().describe('One line that says what is wrong'),
    explanation: z.string().describe('Why it is wrong, when it happens and what follows, in Markdown'),
    suggestedChange: z.string().nullable().describe('Text that replaces lines startLine to endLine of the new file, or null'),
  })),
});
export type ModelAnswer = z.infer<typeof modelAnswerSchema>;

export const modelAnswerJsonSchema: Readonly<Record<string, unknown>> = withoutDialect(z.toJSONSchema(modelAnswerSchema));

/** A model's text as an answer, or what is wrong with it in a sentence that the model can act on. */
export type ParsedAnswer = { readonly answer: ModelAnswer } | { readonly problem: string };

export function parseAnswer(text: string): ParsedAnswer {
  if (text.trim() === '') return { problem: 'The answer was empty.' };
  const value = parseJson(text);
  if (value === undefined) return { problem: 'The answer was not valid JSON.' };
  const checked = modelAnswerSchema.safeParse(value);
  if (checked.success) return { answer: checked.data };
  const issues = checked.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'the answer'}: ${issue.message}`);
  return { problem: `The JSON did not have the asked form: ${issues.join('; ')}.` };
}

/** The findings of an answer as candidates, with wild numbers tamed. */
export function toCandidates(answer: ModelAnswer, source: Finding['source']): Candidate[] {
  return answer.findings.map((finding) => ({
    ...finding,
    title: oneLine(finding.title) || 'Finding without a title',
    confidence: toShare(finding.confidence),
    source,
  }));
}

/** 0 to 1, from a model that may have meant per cent. */
function toShare(confidence: number): number {
  return Math.min(1, Math.max(0, confidence > 1 ? confidence / 100 : confidence));
}

/** Models without structured output wrap JSON in a fence or a sentence. */
function parseJson(text: string): unknown {
  for (const candidate of [text, text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)]) {
    try {
      return JSON.parse(candidate);
    } catch {
      // The next candidate may do.
    }
  }
  return undefined;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 200);
}

function withoutDialect(schema: Record<string, unknown>): Record<string, unknown> {
  const { $schema: _dialect, ...rest } = schema;
  return rest;
}
