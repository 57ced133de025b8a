import type { ModelDescription } from '../../router/routed-model.ts';
import { PSEUDO_MODELS } from './pseudo-models.ts';

/** When a model was made is not known here, for which both wires take the beginning of time. */
const CREATED = 0;
const CREATED_AT = '1970-01-01T00:00:00Z';

export interface OpenAiModel {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
}

/** The policies as models, then the models. */
export function toOpenAiModels(models: readonly ModelDescription[]): OpenAiModel[] {
  return [...PSEUDO_MODELS.map((id) => openAiModel(id, 'aios')), ...models.map(({ id, provider }) => openAiModel(id, provider))];
}

/** Undefined: there is none of that id or alias. */
export function toOpenAiModel(models: readonly ModelDescription[], id: string): OpenAiModel | undefined {
  if (PSEUDO_MODELS.includes(id)) return openAiModel(id, 'aios');
  const found = find(models, id);
  return found && openAiModel(found.id, found.provider);
}

/** All on one page. */
export function toAnthropicModels(models: readonly ModelDescription[]) {
  const data = [...PSEUDO_MODELS.map((id) => anthropicModel(id)), ...models.filter(({ kind }) => kind === 'chat').map((model) => anthropicModel(model.id, model))];
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}

export function toAnthropicModel(models: readonly ModelDescription[], id: string) {
  const found = find(models, id);
  return found ? anthropicModel(found.id, found) : anthropicModel(id);
}

/** Whether a call can name it: a pseudo model, or a chat model by its id, an alias, or a bare name that only one has. */
export function isCallable(models: readonly ModelDescription[], name: string): boolean {
  if (PSEUDO_MODELS.includes(name)) return true;
  const chat = models.filter(({ kind }) => kind === 'chat');
  return find(chat, name) !== undefined || chat.filter(({ id }) => id.slice(id.indexOf('/') + 1) === name).length === 1;
}

function find(models: readonly ModelDescription[], id: string): ModelDescription | undefined {
  return models.find((model) => model.id === id) ?? models.find(({ aliases }) => aliases.includes(id));
}

function openAiModel(id: string, owner: string): OpenAiModel {
  return { id, object: 'model', created: CREATED, owned_by: owner };
}

function anthropicModel(id: string, model?: ModelDescription) {
  return {
    type: 'model', id, display_name: id, created_at: CREATED_AT,
    max_input_tokens: model?.contextWindow ?? null, max_tokens: model?.maxOutputTokens ?? null,
    capabilities: null, lifecycle: 'active', line: null, deprecated_at: null, retires_at: null,
  };
}
