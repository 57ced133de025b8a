/**
 * A tool call's arguments as the object that most services want. Text that a model broke is not lost: it becomes the only
 * field, `invalid_arguments`, so that the model sees what it wrote.
 */
export function toolArguments(argumentsText: string): Readonly<Record<string, unknown>> {
  if (argumentsText.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(argumentsText);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  return { invalid_arguments: argumentsText };
}
