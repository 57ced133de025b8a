import type { ToolDefinition } from '../../providers/model.ts';
import { invalidField } from './fields.ts';
import { asJsonSchema } from './json-schema.ts';

const NAME = /^[\w-]{1,128}$/;
const NO_ARGUMENTS = { type: 'object', properties: {} };

export function toolDefinition(
  { name, description, schema, strict }: { name: string; description: string | undefined; schema: unknown; strict: boolean | undefined },
  paths: { readonly name: string; readonly schema: string },
): ToolDefinition {
  if (!NAME.test(name)) throw invalidField(paths.name, 'must be 1 to 128 letters, digits, "_" or "-"');
  const inputSchema = schema === undefined || schema === null ? NO_ARGUMENTS : asJsonSchema(schema, paths.schema);
  return {
    name, inputSchema,
    ...(description === undefined ? {} : { description }),
    ...(strict === undefined ? {} : { strict }),
  };
}

/** Throws when two tools have one name, since a call could not be told apart. */
export function distinct(tools: readonly ToolDefinition[], path: string): readonly ToolDefinition[] {
  const names = new Set<string>();
  tools.forEach(({ name }, i) => {
    if (names.has(name)) throw invalidField(`${path}[${i}]`, `has the name "${name}" of an earlier tool`);
    names.add(name);
  });
  return tools;
}

/** The tool that a choice names must be there. */
export function chosenTool(name: string, tools: readonly ToolDefinition[] | undefined, path: string): { readonly type: 'tool'; readonly name: string } {
  if (tools?.some((tool) => tool.name === name)) return { type: 'tool', name };
  throw invalidField(path, `names the tool "${name}", which is not among the tools of the request`);
}
