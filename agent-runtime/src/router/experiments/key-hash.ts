/** Two independent 32-bit hashes of a text. */
export interface KeyHash {
  readonly high: number;
  readonly low: number;
}

const FNV_PRIME = 0x01000193;

/** FNV-1a twice, from different starts, with a final mix: fast, the same in every process, not for secrets. */
export function hashKey(text: string): KeyHash {
  let high = 0x811c9dc5;
  let low = 0x2f0b4c47;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, FNV_PRIME);
    low = Math.imul(low ^ unit ^ (unit << 8), 0x01000197);
  }
  return { high: mixed(high), low: mixed(low) };
}

/** That of a key that nobody else has. */
export function randomHash(): KeyHash {
  return { high: Math.floor(Math.random() * 2 ** 32) | 0, low: Math.floor(Math.random() * 2 ** 32) | 0 };
}

/** A number between 0 and 1, neither included, that is as good as random for each pair of hashes. */
export function unitOf(key: KeyHash, seed: KeyHash): number {
  const high = mixed(key.high ^ seed.high);
  const low = mixed(key.low ^ seed.low ^ high);
  return ((high >>> 0) * 2 ** 20 + (low >>> 12) + 0.5) / 2 ** 52;
}

/** MurmurHash3's final mix: each bit in changes half of the bits out. */
function mixed(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
