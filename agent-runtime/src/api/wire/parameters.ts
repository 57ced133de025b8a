import { unsupportedField } from './fields.ts';
import type { JsonObject } from './fields.ts';

/**
 * What a wire knows of a field. `read`: it is translated. `harmless`: it changes nothing about the answer and is ignored.
 * A function says of a field that cannot be honoured whether its value asks for nothing (`n: 1`), and then it is ignored too.
 */
export type Parameter = 'read' | 'harmless' | ((value: unknown) => boolean);

export type ParameterTable = ReadonlyMap<string, Parameter>;

/** Throws `unsupported_parameter` for the first field of `body` that cannot be honoured; null asks for nothing. */
export function refuseUnsupported(body: JsonObject, table: ParameterTable, prefix = ''): void {
  for (const name in body) {
    const parameter = table.get(name);
    if (parameter === 'read' || parameter === 'harmless') continue;
    const value = body[name];
    if (value === null || (parameter !== undefined && parameter(value))) continue;
    throw unsupportedField(`${prefix}${name}`, parameter === undefined
      ? 'is not a parameter that this endpoint knows. Leave it out'
      : 'is not supported by the router, and leaving it away would change the answer. Remove it');
  }
}

export function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
