/** What is wrong with the router file, one line each. It never holds a secret. */
export class RouterFileError extends Error {
  override readonly name = 'RouterFileError';
  readonly problems: readonly string[];
  constructor(file: string, problems: readonly string[]) {
    super(`The router file ${file} is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}
