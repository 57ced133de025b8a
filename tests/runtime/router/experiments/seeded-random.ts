/** Random numbers from 0, to 1 not included, the same in every run: Marsaglia's xorshift of 128 bits. */
export function seededRandom(seed: number): () => number {
  let [a, b, c, d] = [seed | 1, seed ^ 0x9e3779b9, 0x243f6a88, 0xb7e15162];
  const next = () => {
    const bits = a ^ (a << 11);
    [a, b, c] = [b, c, d];
    d = d ^ (d >>> 19) ^ bits ^ (bits >>> 8);
    return (d >>> 0) / 2 ** 32;
  };
  for (let count = 0; count < 20; count += 1) next();
  return next;
}
