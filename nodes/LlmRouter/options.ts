import type { INodeProperties } from 'n8n-workflow';
import { callOptions } from '../shared/routing-parameters';

const itemsAtOnce: INodeProperties = {
  displayName: 'Items at Once',
  name: 'itemsAtOnce',
  type: 'number',
  typeOptions: { minValue: 1, maxValue: 50 },
  default: 5,
  description: 'How many input items are worked on at the same time',
};

export const optionsParameter: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add option',
  default: {},
  options: [...callOptions, itemsAtOnce].sort((a, b) => a.displayName.localeCompare(b.displayName)),
};
