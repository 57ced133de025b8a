import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Files below a file or folder, sorted. @param {string} place @returns {string[]} */
function filesOf(place) {
  if (!existsSync(place)) return [];
  if (statSync(place).isFile()) return [place];
  return readdirSync(place, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules' && entry.name !== 'dist')
    .map((entry) => path.join(place, entry.name))
    .sort()
    .flatMap(filesOf);
}

/** One hash of names and contents. @param {string} base @param {string[]} places relative to `base` */
export function hashOf(base, places) {
  const hash = createHash('sha256');
  for (const file of places.flatMap((place) => filesOf(path.join(base, place)))) {
    hash.update(`${path.relative(base, file)}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/**
 * Remembers in a file which state of something was dealt with.
 * @param {string} file
 */
export function createStamps(file) {
  /** @returns {Record<string, string>} */
  const read = () => {
    try {
      return JSON.parse(readFileSync(file, 'utf8'));
    } catch {
      return {};
    }
  };
  return {
    /** @param {string} name @param {string} state */
    isCurrent: (name, state) => read()[name] === state,
    /** @param {string} name @param {string} state */
    set: (name, state) => {
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, `${JSON.stringify({ ...read(), [name]: state }, null, 2)}\n`, { mode: 0o600 });
    },
  };
}
