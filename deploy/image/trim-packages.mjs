/** Takes out of a node_modules folder what no program reads: maps, types, sources, docs, tests, settings of editors, and Node.js itself. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

const UNREAD_FILE = /\.(map|[cm]?ts|md|markdown|flow)$|\.tsbuildinfo$/i;
const LICENCE = /^(licen[cs]e|copying|notice)/i;
/** Only at the root of a package, where no module of it lies. */
const UNREAD_FOLDERS = ['test', 'tests', '__tests__', 'example', 'examples', 'benchmark', 'benchmarks', '.github'];
/** The npm packages that carry Node.js: the image has its own. */
const NODE_ITSELF = /^node-(linux|win|darwin)-/;
/** The raw vocabularies, the sources, and the modules for programs of the older kind: the runtime imports the newer ones. */
const UNREAD_IN_PACKAGES = { 'gpt-tokenizer': ['data', 'src', 'cjs'] };

/** @param {string} folder */
function trim(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) trim(place);
    else if (entry.name.startsWith('.') || (UNREAD_FILE.test(entry.name) && !LICENCE.test(entry.name))) rmSync(place);
  }
  if (existsSync(path.join(folder, 'package.json')) && isPackage(folder)) {
    for (const name of [...UNREAD_FOLDERS, ...UNREAD_IN_PACKAGES[path.basename(folder)] ?? []]) {
      rmSync(path.join(folder, name), { recursive: true, force: true });
    }
  }
  if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true });
}

/** @param {string} folder */
const isPackage = (folder) => path.basename(path.dirname(folder)) === 'node_modules' || path.basename(path.dirname(path.dirname(folder))) === 'node_modules';

const [, , packages] = process.argv;
if (!packages || !statSync(packages).isDirectory()) throw new Error('usage: trim-packages.mjs <node_modules>');
for (const name of readdirSync(packages)) {
  if (NODE_ITSELF.test(name)) rmSync(path.join(packages, name), { recursive: true });
}
rmSync(path.join(packages, '.bin'), { recursive: true, force: true });
rmSync(path.join(packages, '.package-lock.json'), { force: true });
trim(packages);
