import type { components, operations } from './runtime-api.gen';

type Schemas = components['schemas'];

/** What the runtime fills in itself may be left out of a request, although the generated types hold the filled-in form. */
export type TaskOptions = Partial<Schemas['TaskOptions']>;
export type TaskRequest = Pick<Schemas['TaskRequest'], 'agent' | 'operation' | 'input'> & { options: TaskOptions };
export type BatchRequest = Pick<Schemas['BatchRequest'], 'callbackUrl'> & { tasks: TaskRequest[] };
export type ReviewInput = Partial<Schemas['ReviewInput']>;
export type AskInput = Schemas['AskInput'];

export type Batch = Schemas['Batch'];
/** Body of the callback that wakes a suspended workflow. */
export type BatchOutcome = Schemas['BatchOutcome'];
/** What both a task and its entry in a batch outcome say about how it went. */
export type TaskOutcome = BatchOutcome['tasks'][number];

export type ModelList = operations['listModels']['responses'][200]['content']['application/json'];
/** Error answer of the runtime (RFC 9457). */
export type Problem = Schemas['Problem'];

export type ChatRequest = operations['createChatCompletion']['requestBody']['content']['application/json'];
export type ChatAnswer = operations['createChatCompletion']['responses'][200]['content']['application/json'];
export type ExplainRequest = Partial<operations['explainRouting']['requestBody']['content']['application/json']>;
export type Decision = operations['explainRouting']['responses'][200]['content']['application/json'];
export type SpendReport = operations['reportUsage']['responses'][200]['content']['application/json'];
export type SpendQuery = NonNullable<operations['reportUsage']['parameters']['query']>;
