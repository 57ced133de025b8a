/** How rare a word is, from 0 (in every prompt) to 1 (not among the common words). */
export interface Rarity {
  /** Of some words; 0 when there are none. */
  mean(words: readonly string[]): number;
}

/** Steps of rarity that are kept apart. */
export const RARITY_STEPS = 25;

/** @param levels the common words of each step, space-separated, the commonest first: `RARITY_STEPS` of them */
export function createRarity(levels: readonly string[]): Rarity {
  const rarityOf = new Map<string, number>();
  levels.forEach((words, step) => { for (const word of words.split(' ')) if (word) rarityOf.set(word, (step + 0.5) / RARITY_STEPS); });
  return {
    mean(words) {
      if (words.length === 0) return 0;
      let sum = 0;
      for (const word of words) sum += rarityOf.get(word) ?? 1;
      return sum / words.length;
    },
  };
}
