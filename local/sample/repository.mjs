import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { git } from './git.mjs';

const filesFolder = fileURLToPath(new URL('files', import.meta.url));

export const SAMPLE = {
  owner: 'aios-sample', repository: 'shop', number: 1, base: 'main', head: 'order-search',
  title: 'Order search, discounts and CSV export',
  body: 'Support asked for a search over orders and an export they can mail to a customer.\n\n- search orders by customer, page by page\n- totals with a discount code\n- export to CSV, sent by mail',
};

/** Looks like a mail service's key to a scanner and opens nothing; made here so that no file of ours holds such a text. */
const plantedKey = () => {
  const hex = createHash('sha512').update('planted').digest('hex');
  return ['SG', hex.slice(0, 22), hex.slice(22, 65)].join('.');
};

/** Files of one side of the sample, by their path in the repository. @param {'main' | 'pull-request'} side */
function filesOf(side) {
  const folder = path.join(filesFolder, side);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sample')).sort()
    .map((name) => ({
      path: name.slice(0, -'.sample'.length),
      text: readFileSync(path.join(folder, name), 'utf8').replace('{{MAIL_API_KEY}}', plantedKey()),
    }));
}

/** @param {string} folder @param {'main' | 'pull-request'} side @param {string} message */
function commit(folder, side, message) {
  for (const file of filesOf(side)) {
    mkdirSync(path.dirname(path.join(folder, file.path)), { recursive: true });
    writeFileSync(path.join(folder, file.path), file.text);
  }
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--no-verify', '--message', message);
}

/**
 * Makes the sample: a git repository with a main branch and a pull request's branch that holds planted defects. A folder
 * that holds it already, made from the same files, stays as it is.
 * @param {string} folder
 * @returns {boolean} whether it was made now
 */
export function makeSampleRepository(folder) {
  const state = createHash('sha256').update(JSON.stringify([SAMPLE, filesOf('main'), filesOf('pull-request')])).digest('hex');
  const stamp = path.join(folder, '.git', 'aios-sample');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return false;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  git(folder, 'init', '--quiet', '--template=');
  git(folder, 'symbolic-ref', 'HEAD', `refs/heads/${SAMPLE.base}`);
  commit(folder, 'main', 'Shop 1.4.0');
  git(folder, 'checkout', '--quiet', '-b', SAMPLE.head);
  commit(folder, 'pull-request', SAMPLE.title);
  git(folder, 'checkout', '--quiet', SAMPLE.base);
  writeFileSync(stamp, state);
  return true;
}
