const MOST_NAMES = 300;
const LONGEST = 10_000;

/**
 * Names for statements that are worth preparing on the server: those that come again. Each connection prepares what it
 * meets once, so their number is bounded; so is that of statements that are waited for to come again.
 */
export function createStatementNames(): (text: string) => string | undefined {
  const names = new Map<string, string>();
  const once = new Set<string>();
  return (text) => {
    const name = names.get(text);
    if (name !== undefined || text.length > LONGEST || names.size >= MOST_NAMES) return name;
    if (!once.delete(text)) {
      if (once.size >= MOST_NAMES) once.clear();
      once.add(text);
      return undefined;
    }
    const given = `aios_${names.size}`;
    names.set(text, given);
    return given;
  };
}
