import type { ToolChoice, ToolDefinition } from '../../../providers/model.ts';
import { asArray, asName, asObject, invalidField, oneOf, optionalBoolean, optionalString, unsupportedField } from '../fields.ts';
import { refuseUnsupported } from '../parameters.ts';
import { chosenTool, distinct, toolDefinition } from '../tools.ts';
import { TOOL_PARAMETERS } from './parameters.ts';

export interface Tools {
  tools?: readonly ToolDefinition[];
  toolChoice?: ToolChoice;
  parallelToolCalls?: boolean;
}

/** Reads `tools` and `tool_choice`. */
export function readTools(toolsGiven: unknown, choiceGiven: unknown): Tools {
  const tools = toolsGiven === undefined || toolsGiven === null ? [] : definitions(toolsGiven);
  const read: Tools = tools.length === 0 ? {} : { tools };
  if (choiceGiven === undefined || choiceGiven === null) return read;
  const choice = asObject(choiceGiven, 'tool_choice');
  const type = oneOf(choice['type'], 'tool_choice.type', ['auto', 'any', 'tool', 'none']);
  const oneAtATime = optionalBoolean(choice['disable_parallel_tool_use'], 'tool_choice.disable_parallel_tool_use');
  if (oneAtATime !== undefined && tools.length > 0) read.parallelToolCalls = !oneAtATime;
  if (type === 'tool') read.toolChoice = chosenTool(asName(choice['name'], 'tool_choice.name'), tools, 'tool_choice.name');
  else if (type === 'any' && tools.length === 0) throw invalidField('tool_choice.type', 'must not be "any" without tools');
  else if (tools.length > 0) read.toolChoice = { type: type === 'any' ? 'required' : type };
  return read;
}

function definitions(value: unknown): readonly ToolDefinition[] {
  return distinct(asArray(value, 'tools').map((item, i) => {
    const path = `tools[${i}]`;
    const tool = asObject(item, path);
    const type = optionalString(tool['type'], `${path}.type`);
    if (type !== undefined && type !== 'custom') {
      throw unsupportedField(`${path}.type`, `"${type.slice(0, 60)}" runs at Anthropic, so no other model has it. Define a tool with an input_schema`);
    }
    refuseUnsupported(tool, TOOL_PARAMETERS, `${path}.`);
    return toolDefinition({
      name: asName(tool['name'], `${path}.name`),
      description: optionalString(tool['description'], `${path}.description`),
      schema: asObject(tool['input_schema'], `${path}.input_schema`),
      strict: optionalBoolean(tool['strict'], `${path}.strict`),
    }, { name: `${path}.name`, schema: `${path}.input_schema` });
  }), 'tools');
}
