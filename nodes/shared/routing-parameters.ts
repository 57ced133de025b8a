import type { INodeProperties } from 'n8n-workflow';

/** Which model: one by name, or the router's choice by a policy. Both lists come from the runtime. */
export const modelParameters: INodeProperties[] = [
  {
    displayName: 'Model Name or ID',
    name: 'model',
    type: 'options',
    typeOptions: { loadOptionsMethod: 'loadChatModels' },
    default: 'auto',
    description:
      'Automatic: the router chooses by the policy. A model that is named is used and no other. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
  },
  {
    displayName: 'Policy Name or ID',
    name: 'policy',
    type: 'options',
    typeOptions: { loadOptionsMethod: 'loadPolicies' },
    default: '',
    description:
      'How the router chooses among the models that may have the text. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
    displayOptions: { show: { model: ['auto'] } },
  },
];

export const privacyParameter: INodeProperties = {
  displayName: 'Privacy',
  name: 'privacy',
  type: 'options',
  options: [
    { name: 'As Found', value: '', description: 'The class that the runtime finds by looking into the text' },
    { name: 'Internal', value: 'internal', description: 'Not for the public; what a text is that has no other class' },
    { name: 'Personal Data', value: 'personal-data', description: 'About people' },
    { name: 'Proprietary Code', value: 'proprietary-code', description: 'Source code that is not public' },
    { name: 'Public', value: 'public', description: 'May go anywhere, unless something else is found in it' },
    { name: 'Secret', value: 'secret', description: 'Keys, passwords and the like' },
  ],
  default: '',
  description: 'The least class that the text is treated as. The runtime decides by it which models may have the text; it is never relaxed.',
};

/** Options of a call to a model, by the order that n8n wants: the alphabet's. */
export const callOptions: INodeProperties[] = [
  {
    displayName: 'Cache',
    name: 'cache',
    type: 'options',
    options: [
      { name: 'As Configured', value: '', description: 'What the router file of the runtime says' },
      { name: 'Off', value: 'off', description: 'Always ask the model' },
      { name: 'On', value: 'on', description: 'The same question is answered from the cache, at no cost' },
    ],
    default: '',
    description: 'Whether an answer that was given before may be given again',
  },
  {
    displayName: 'Cost Limit (USD)',
    name: 'costLimitUsd',
    type: 'number',
    typeOptions: { minValue: 0 },
    default: 0.05,
    description: 'A call that could cost more is not made. A model without a known price is then refused.',
  },
  {
    displayName: 'Maximum Number of Tokens',
    name: 'maxTokens',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: 1024,
    description: 'The longest answer, in tokens',
  },
  privacyParameter,
  {
    displayName: 'Session',
    name: 'session',
    type: 'string',
    default: '={{ $json.sessionId }}',
    placeholder: 'e.g. customer-42',
    description: 'Name of a conversation. It stays on its model while the prompt cache there is worth more than switching.',
  },
  {
    displayName: 'Temperature',
    name: 'temperature',
    type: 'number',
    typeOptions: { minValue: 0, maxValue: 2, numberPrecision: 1 },
    default: 0.7,
    description: 'How much chance is in the answer. Models that allow no other than their own ignore it.',
  },
];
