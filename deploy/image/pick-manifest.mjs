/**
 * Cuts package.json and package-lock.json of this folder down to the workspaces' own dependencies and the named packages
 * for development, so that `npm ci` gets what a build needs in the versions of the lock: `pick-manifest.mjs <package> …`.
 */
import { readFileSync, writeFileSync } from 'node:fs';

/** The npm packages that carry Node.js: an image has its own. */
const NODE_ITSELF = /^node-(linux|win|darwin)-/;
const read = (/** @type {string} */ file) => JSON.parse(readFileSync(file, 'utf8'));
const write = (/** @type {string} */ file, /** @type {unknown} */ value) => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
/** @param {Record<string, string> | undefined} all @param {(name: string) => boolean} keep */
const only = (all, keep) => Object.fromEntries(Object.entries(all ?? {}).filter(([name]) => keep(name)));

const wanted = process.argv.slice(2);
const lock = read('package-lock.json');
for (const place of ['', ...read('package.json').workspaces]) {
  const file = place === '' ? 'package.json' : `${place}/package.json`;
  const manifest = read(file);
  for (const one of [manifest, lock.packages[place]]) {
    one.devDependencies = only(one.devDependencies, (name) => wanted.includes(name));
    one.optionalDependencies = only(one.optionalDependencies, (name) => !NODE_ITSELF.test(name));
  }
  write(file, manifest);
}
for (const place of Object.keys(lock.packages)) {
  if (NODE_ITSELF.test(place.replace(/^node_modules\//, ''))) delete lock.packages[place];
}
write('package-lock.json', lock);
