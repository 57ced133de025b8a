import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import type { ModelList } from './runtime-types';
import { callRuntime } from './transport';

const PRICE = { known: 'price known', free: 'free', unknown: 'price unknown' };

/** The models that the runtime has, for a drop-down. */
export async function loadModels(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  const { models } = await callRuntime<ModelList>(this, { method: 'GET', path: '/v1/models' });
  return models.map((model) => ({
    name: model.id,
    value: model.id,
    description: model.offline ? 'Rules instead of a language model' : `From ${model.provider}, ${PRICE[model.price]}`,
  }));
}
