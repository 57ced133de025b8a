import { readFile } from 'node:fs/promises';
import {
  buildSchema, getNullableType, isEnumType, isListType, isNonNullType, isObjectType, isScalarType,
} from 'graphql';
import type { GraphQLFieldResolver, GraphQLOutputType, GraphQLSchema } from 'graphql';

const SCHEMA_FILE = new URL('../../fixtures/contracts/linear.graphql', import.meta.url);
const loaded = new Map<string, Promise<GraphQLSchema>>();

/** Linear's published schema; read once a process. `file`: another copy of it. */
export function loadLinearSchema(file: string | URL = SCHEMA_FILE): Promise<GraphQLSchema> {
  const known = loaded.get(String(file));
  const schema = known ?? readFile(file, 'utf8').then((text) => buildSchema(text, { assumeValid: true }));
  loaded.set(String(file), schema);
  return schema;
}

const SCALARS: Readonly<Record<string, unknown>> = {
  String: '', ID: '', Int: 0, Float: 0, Boolean: false, DateTime: '2026-01-01T00:00:00.000Z', TimelessDate: '2026-01-01',
  JSON: {}, JSONObject: {}, UUID: '00000000-0000-4000-8000-000000000000',
};

/** Resolves what the stand-in holds, and gives a value of the right type where the schema wants one that it lacks. */
export const resolveField: GraphQLFieldResolver<unknown, unknown> = (source, args, context, info) => {
  const value = (source as Record<string, unknown> | undefined)?.[info.fieldName];
  if (typeof value === 'function') return (value as (...rest: unknown[]) => unknown)(args, context, info);
  if (value !== undefined) return value;
  return isNonNullType(info.returnType) ? sample(info.returnType) : null;
};

function sample(type: GraphQLOutputType): unknown {
  const inner = getNullableType(type);
  if (isListType(inner)) return [];
  if (isEnumType(inner)) return inner.getValues()[0]?.value;
  if (isScalarType(inner)) return SCALARS[inner.name] ?? '';
  return isObjectType(inner) ? {} : null;
}
