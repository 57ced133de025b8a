type Log = (facts: Readonly<Record<string, unknown>>, message: string) => void;

/** What is logged about tasks; pino fits. Facts never hold inputs, results, addresses with tokens, or secrets. */
export interface Logger {
  readonly info: Log;
  readonly warn: Log;
  readonly error: Log;
}
