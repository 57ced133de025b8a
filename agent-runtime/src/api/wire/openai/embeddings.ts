import type { RoutedEmbeddingResponse } from '../../../router/routed-model.ts';
import { asArray, asName, asObject, invalidField, oneOf, optionalInteger, unsupportedField } from '../fields.ts';
import { refuseUnsupported } from '../parameters.ts';
import { EMBEDDING_PARAMETERS } from './parameters.ts';

const MOST_INPUTS = 2_048;

export interface EmbeddingCall {
  readonly model: string;
  readonly inputs: readonly string[];
  readonly dimensions?: number;
  /** Vectors as the bytes of 32-bit floats in base64: what OpenAI's own clients ask for. */
  readonly base64: boolean;
}

/** Reads the body of `POST /v1/embeddings`. */
export function readEmbeddingCall(value: unknown): EmbeddingCall {
  const body = asObject(value, 'body');
  refuseUnsupported(body, EMBEDDING_PARAMETERS);
  const model = asName(body['model'], 'model');
  const dimensions = optionalInteger(body['dimensions'], 'dimensions', 1, 65_536);
  const format = body['encoding_format'] ?? 'float';
  return {
    model, inputs: readInputs(body['input']), base64: oneOf(format, 'encoding_format', ['float', 'base64']) === 'base64',
    ...(dimensions === undefined ? {} : { dimensions }),
  };
}

function readInputs(input: unknown): readonly string[] {
  if (typeof input === 'string') return [asName(input, 'input')];
  const inputs = asArray(input, 'input');
  if (inputs.length === 0 || inputs.length > MOST_INPUTS) throw invalidField('input', `must hold 1 to ${MOST_INPUTS} texts`);
  inputs.forEach((text, i) => {
    if (typeof text === 'number' || Array.isArray(text)) {
      throw unsupportedField(`input[${i}]`, 'is a token or a list of them, which only the model that they were made for can read. Send text');
    }
    asName(text, `input[${i}]`);
  });
  return inputs as readonly string[];
}

/** The answer as JSON text. */
export function toEmbeddingAnswer(response: RoutedEmbeddingResponse, base64: boolean): string {
  const { usage } = response;
  const tokens = usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
  return JSON.stringify({
    object: 'list',
    data: response.vectors.map((vector, index) => ({ object: 'embedding', index, embedding: base64 ? toBase64(vector) : vector })),
    model: response.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
    aios: { model: response.model, decision_id: response.decisionId, cost_usd: response.costUsd, cost_status: response.costStatus },
  });
}

function toBase64(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString('base64');
}
