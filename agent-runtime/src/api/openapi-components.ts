import { z } from 'zod';
import { agentDescriptionSchema } from '../contract/agent-description.ts';
import { askInputSchema, askResultSchema } from '../contract/ask.ts';
import { batchOutcomeSchema, batchRequestSchema, batchSchema } from '../contract/batch.ts';
import { taskEventSchema } from '../contract/event.ts';
import { collectionSchema, documentFilterSchema, documentMatchesSchema, innerFilterSchema } from '../contract/collection.ts';
import { findingSchema } from '../contract/finding.ts';
import { modelDescriptionSchema } from '../contract/model-description.ts';
import { problemSchema } from '../contract/problem.ts';
import { coverageSchema, postedReviewSchema, reviewInputSchema, reviewResultSchema } from '../contract/review.ts';
import { scheduleRequestSchema, scheduleRunSchema, scheduleSchema } from '../contract/schedule.ts';
import { taskOptionsSchema, taskRequestSchema, taskSchema } from '../contract/task.ts';
import { modelReportSchema, usageSchema } from '../contract/usage.ts';

/** What the runtime takes: optional where there is a default. */
const INPUTS = {
  AskInput: askInputSchema,
  BatchRequest: batchRequestSchema,
  DocumentFilter: documentFilterSchema,
  ReviewInput: reviewInputSchema,
  ScheduleRequest: scheduleRequestSchema,
  TaskOptions: taskOptionsSchema,
  TaskRequest: taskRequestSchema,
};

/** What the runtime gives. */
const OUTPUTS = {
  AgentDescription: agentDescriptionSchema,
  AskResult: askResultSchema,
  Batch: batchSchema,
  BatchOutcome: batchOutcomeSchema,
  Collection: collectionSchema,
  Coverage: coverageSchema,
  DocumentMatches: documentMatchesSchema,
  Finding: findingSchema,
  ModelDescription: modelDescriptionSchema,
  ModelReport: modelReportSchema,
  PostedReview: postedReviewSchema,
  Problem: problemSchema,
  ReviewResult: reviewResultSchema,
  Schedule: scheduleSchema,
  ScheduleRun: scheduleRunSchema,
  Task: taskSchema,
  TaskEvent: taskEventSchema,
  Usage: usageSchema,
};

const NAMES = new Map<unknown, string>(Object.entries({ ...INPUTS, ...OUTPUTS }).map(([name, schema]) => [schema, name]));
NAMES.set(innerFilterSchema, 'DocumentFilter');

type Override = NonNullable<z.core.ToJSONSchemaParams['override']>;

/** Puts a reference in the place of every schema that is a component, and of one that only describes it anew. */
export const componentReferences: Override = ({ zodSchema, jsonSchema }) => {
  const name = NAMES.get(zodSchema) ?? NAMES.get(zodSchema._zod.parent);
  if (name === undefined) return;
  const { description } = jsonSchema;
  replace(jsonSchema, { $ref: `#/components/schemas/${name}`, ...(description === undefined ? {} : { description }) });
};

/** The JSON Schemas of all components, in the order of their names. */
export function componentSchemas(): Record<string, object> {
  const schemas = [
    ...Object.entries(INPUTS).map(([name, schema]) => [name, toComponent(schema, 'input')] as const),
    ...Object.entries(OUTPUTS).map(([name, schema]) => [name, toComponent(schema, 'output')] as const),
  ];
  return Object.fromEntries(schemas.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function toComponent(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...component } = z.toJSONSchema(schema, {
    io, override: (context) => { if (!Object.is(context.zodSchema, schema)) componentReferences(context); },
  });
  return component;
}

function replace(target: object, content: object): void {
  for (const key of Object.keys(target)) Reflect.deleteProperty(target, key);
  Object.assign(target, content);
}
