/** A failure the person at the terminal can mend: `message` says what is wrong, `advice` what to do about it. */
export class Failure extends Error {
  /**
   * @param {string} message
   * @param {string} advice
   * @param {{ log?: string, tail?: readonly string[] }} [details] the file with the full output, and its last lines
   */
  constructor(message, advice, details = {}) {
    super(message);
    this.name = 'Failure';
    this.advice = advice;
    this.log = details.log;
    this.tail = details.tail ?? [];
  }
}

/**
 * The failure as lines for a terminal.
 * @param {unknown} error
 * @returns {string[]}
 */
export function describeFailure(error) {
  if (!(error instanceof Failure)) {
    return ['', `Unexpected error: ${error instanceof Error ? error.stack : String(error)}`, 'Please report it.'];
  }
  return [
    '',
    `Stopped: ${error.message}`,
    ...error.tail.map((line) => `  | ${line}`),
    ...error.advice.split('\n').map((line, index) => `${index === 0 ? 'What to do: ' : '            '}${line}`),
    ...(error.log ? [`Full output: ${error.log}`] : []),
  ];
}
