import type { ModelRequest } from '../providers/model.ts';
import { modelAnswerJsonSchema } from './answer.ts';
import type { Guidance } from './guidance.ts';
import { attribute, neutralise, renderHunk, visible } from './render.ts';
import type { Chunk } from './selection.ts';

/** What all calls of one review have in common. Its texts hold no secrets any more. */
export interface PromptParts {
  /** The agent's instructions. */
  readonly instructions: string;
  readonly title: string;
  readonly description: string;
  /** House rules by the workflow's author. */
  readonly authorGuidance: string;
  readonly repositoryGuidance: Pick<Guidance, 'text' | 'source'>;
}

const MAX_DESCRIPTION_CHARACTERS = 8_000;

/** The most a model may answer for one chunk: some 25 findings. */
const MAX_OUTPUT_TOKENS = 16_384;

export function toRequest(parts: PromptParts, chunk: Chunk, part: { readonly number: number; readonly of: number }): ModelRequest {
  return {
    purpose: 'cto/review-pull-request',
    system: [parts.instructions.trim(), rules('workflow', parts.authorGuidance),
      rules(parts.repositoryGuidance.source ?? '', parts.repositoryGuidance.text)].filter((text) => text !== '').join('\n\n'),
    messages: [{ role: 'user', content: [
      element('pull_request_title', parts.title),
      element('pull_request_description', shorten(parts.description)),
      element('changed_files', listFiles(chunk)),
      part.of > 1 ? `This is part ${part.number} of ${part.of} of the diff; other parts are reviewed separately.` : '',
      renderChunk(chunk),
    ].filter((text) => text !== '').join('\n\n') }],
    maxOutputTokens: MAX_OUTPUT_TOKENS,
    outputSchema: { name: 'review_findings', jsonSchema: modelAnswerJsonSchema },
  };
}

function renderChunk(chunk: Chunk): string {
  const files: string[] = [];
  chunk.forEach((piece, index) => {
    if (chunk[index - 1]?.file !== piece.file) files.push(`<file path="${attribute((piece.file.shown ?? piece.file).path)}">`);
    files.push(renderHunk(piece.file, piece.hunkIndex, piece.from, piece.to));
    if (chunk[index + 1]?.file !== piece.file) files.push('</file>');
  });
  return files.join('\n');
}

function listFiles(chunk: Chunk): string {
  const files = [...new Set(chunk.map((piece) => piece.file))];
  return files.map((file) => {
    const { path, previousPath } = file.shown ?? file;
    const from = previousPath === null ? '' : ` from ${visible(previousPath)}`;
    return `${visible(path)} (${file.status}${from})`;
  }).join('\n');
}

function element(name: string, text: string): string {
  return text.trim() === '' ? '' : `<${name}>\n${neutralise(text.trim().toWellFormed())}\n</${name}>`;
}

function rules(source: string, text: string): string {
  return text.trim() === '' ? '' : `<house_rules source="${attribute(source)}">\n${neutralise(text.trim().toWellFormed())}\n</house_rules>`;
}

function shorten(text: string): string {
  return text.length <= MAX_DESCRIPTION_CHARACTERS ? text : `${text.slice(0, MAX_DESCRIPTION_CHARACTERS)}\n[the rest of the description is not shown]`;
}
