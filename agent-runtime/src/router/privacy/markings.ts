/** Whether a text holds one of the phrases, in any case, also where a line of a comment ends within it. */
export function createMarkingTest(phrases: readonly string[]): (text: string) => boolean {
  if (phrases.length === 0) return () => false;
  const words = phrases.map((phrase) => phrase.trim().split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  // Their first words alone, which cost less to look for.
  const first = new RegExp([...new Set(words.map(([word]) => word!.toLowerCase()))].sort().join('|'), 'i');
  const whole = new RegExp(words.map((parts) => parts.join('[\\s*/#;-]+')).join('|'), 'i');
  return (text) => first.test(text) && whole.test(text);
}
