import { createHash } from 'node:crypto';

/** A vector of length 1 that depends on nothing but the text. */
export function vectorOf(text: string, size: number): number[] {
  const numbers = Array.from({ length: size }, (_, index) => createHash('sha256').update(`${index}:${text}`).digest().readUInt16LE() / 65_535 - 0.5);
  const length = Math.hypot(...numbers) || 1;
  return numbers.map((number) => Math.fround(number / length));
}
