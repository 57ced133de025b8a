/** Deeper than anything that a tool takes; some thousands would overflow the stack of whoever writes the value as JSON again. */
const DEEPEST = 200;

/**
 * A tool call's arguments as the object that most services want. Text that a model broke is not lost: it becomes the only
 * field, `invalid_arguments`, so that the model sees what it wrote.
 */
export function toolArguments(argumentsText: string): Readonly<Record<string, unknown>> {
  return argumentsText.trim() === '' ? {} : argumentsObject(argumentsText) ?? { invalid_arguments: argumentsText };
}

/** Null: it is no JSON object, or one that is nested too deep. */
export function argumentsObject(argumentsText: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(argumentsText);
    return typeof value === 'object' && value !== null && !Array.isArray(value) && !isDeeper(value, DEEPEST) ? value as Record<string, unknown> : null;
  } catch {
    return null;
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
