/** What was looked at, and what was found wrong; nothing: it is as it should be. */
export interface Check {
  readonly title: string;
  readonly problems: readonly string[];
}

const MOST_SHOWN = 10;

/** `ok` or `FAILED` with its title, then the problems. */
export function linesOf({ title, problems }: Check): readonly string[] {
  if (problems.length === 0) return [`ok     ${title}`];
  return [
    `FAILED ${title}`, ...problems.slice(0, MOST_SHOWN).map((problem) => `         ${problem}`),
    ...problems.length > MOST_SHOWN ? [`         and ${problems.length - MOST_SHOWN} more`] : [],
  ];
}
