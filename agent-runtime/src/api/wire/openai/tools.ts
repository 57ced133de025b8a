import type { ToolChoice, ToolDefinition } from '../../../providers/model.ts';
import { asArray, asName, asObject, invalidField, isObject, oneOf, optionalBoolean, optionalString, unsupportedField } from '../fields.ts';
import { chosenTool, distinct, toolDefinition } from '../tools.ts';

const MODES = ['none', 'auto', 'required'] as const;

export interface Tools {
  readonly tools?: readonly ToolDefinition[];
  readonly toolChoice?: ToolChoice;
}

/** Reads `tools` and `tool_choice`. A choice of allowed tools leaves only these. */
export function readTools(toolsGiven: unknown, choice: unknown): Tools {
  const tools = toolsGiven === undefined || toolsGiven === null ? undefined : definitions(toolsGiven);
  const none = tools === undefined || tools.length === 0;
  if (choice === undefined || choice === null) return none ? {} : { tools };
  if (typeof choice === 'string' || !isObject(choice)) {
    const type = oneOf(choice, 'tool_choice', MODES);
    if (none && type === 'required') throw invalidField('tool_choice', 'must not be "required" without tools');
    return none ? {} : { tools, toolChoice: { type } };
  }
  if (choice['type'] === 'custom') throw unsupportedField('tool_choice.type', '"custom" is not supported. Choose a function');
  if (choice['type'] === 'allowed_tools') return allowed(asObject(choice['allowed_tools'], 'tool_choice.allowed_tools'), tools);
  oneOf(choice['type'], 'tool_choice.type', ['function', 'allowed_tools']);
  const name = asName(asObject(choice['function'], 'tool_choice.function')['name'], 'tool_choice.function.name');
  return { ...(tools ? { tools } : {}), toolChoice: chosenTool(name, tools, 'tool_choice.function.name') };
}

function definitions(value: unknown): readonly ToolDefinition[] {
  return distinct(asArray(value, 'tools').map((item, i) => {
    const path = `tools[${i}]`;
    const tool = asObject(item, path);
    if (tool['type'] === 'custom') throw unsupportedField(`${path}.type`, '"custom" is not supported. Define a function with a JSON Schema');
    oneOf(tool['type'], `${path}.type`, ['function']);
    const definition = asObject(tool['function'], `${path}.function`);
    return toolDefinition({
      name: asName(definition['name'], `${path}.function.name`),
      description: optionalString(definition['description'], `${path}.function.description`),
      schema: definition['parameters'],
      strict: optionalBoolean(definition['strict'], `${path}.function.strict`),
    }, { name: `${path}.function.name`, schema: `${path}.function.parameters` });
  }), 'tools');
}

function allowed({ mode, tools: names }: Readonly<Record<string, unknown>>, tools: readonly ToolDefinition[] = []): Tools {
  const path = 'tool_choice.allowed_tools';
  const type = oneOf(mode, `${path}.mode`, ['auto', 'required']);
  const chosen = new Set(asArray(names, `${path}.tools`).map((item, i) => {
    const at = `${path}.tools[${i}]`;
    return chosenTool(asName(asObject(asObject(item, at)['function'], `${at}.function`)['name'], `${at}.function.name`), tools, `${at}.function.name`).name;
  }));
  if (chosen.size === 0) throw invalidField(`${path}.tools`, 'must name at least one tool');
  return { tools: tools.filter(({ name }) => chosen.has(name)), toolChoice: { type } };
}
