import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import type { ModelList } from './runtime-types';
import { callRuntime } from './transport';

const PRICE = { known: 'price known', free: 'free', unknown: 'price unknown' };
const LOCATION = { 'local': 'on your machines', 'eu': 'in the EU', 'us': 'in the US', 'third-party': 'at a third party' };
const POLICY: Readonly<Record<string, { name: string; description: string }>> = {
  'balanced': { name: 'Balanced', description: 'Weighs quality, cost and speed' },
  'best': { name: 'Best', description: 'The most capable model' },
  'cheapest': { name: 'Cheapest', description: 'The model with the lowest price' },
  'cost-quality': { name: 'Cost and Quality', description: 'The cheapest model that is expected to do this prompt well' },
  'fastest': { name: 'Fastest', description: 'The model that answers soonest' },
};

const listModels = (context: ILoadOptionsFunctions) => callRuntime<ModelList>(context, { method: 'GET', path: '/v1/models' });

/** The router's own choice, then the models of the runtime that can chat. */
export async function loadChatModels(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  const { models } = await listModels(this);
  return [
    { name: 'Automatic', value: 'auto', description: 'The router chooses for each call, by the policy below' },
    ...models.filter(({ kind }) => kind === 'chat').map((model) => ({
      name: model.id,
      value: model.id,
      description: model.offline ? 'Rules instead of a language model'
        : [`Processed ${LOCATION[model.location]}`, PRICE[model.price], ...model.aliases.map((alias) => `also called ${alias}`)].join(', '),
    })),
  ];
}

/** The policies that the runtime knows, which it lists as models called `auto:<policy>`. */
export async function loadPolicies(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  const { data } = await listModels(this);
  const policies = data.flatMap(({ id }) => (id.startsWith('auto:') ? [id.slice('auto:'.length)] : []));
  return [
    { name: 'As Configured', value: '', description: 'The default of the router file of the runtime' },
    ...policies.map((value) => ({ value, ...(POLICY[value] ?? { name: value, description: 'A policy of the router file' }) }))
      .sort((a, b) => a.name.localeCompare(b.name)),
  ];
}
