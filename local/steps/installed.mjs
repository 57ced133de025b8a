import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, link?: boolean }} LockedPackage */

/** @param {string} file @returns {Record<string, LockedPackage> | null} */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? null;
  } catch {
    return null;
  }
}

/** Packages a folder's lock file wants, without those that only some machines get. @param {string} folder */
export function lockedPackages(folder) {
  const locked = packagesOf(path.join(folder, 'package-lock.json')) ?? {};
  return Object.entries(locked).filter(([place, entry]) =>
    place.includes('node_modules/') && !entry.optional && !entry.devOptional && !entry.link);
}

/**
 * Why the folder's node_modules is not what its lock file says, or null when it is. npm writes its own record
 * (node_modules/.package-lock.json) last, so an install that broke off has none.
 * @param {string} folder
 */
export function whyNotInstalled(folder) {
  const record = packagesOf(path.join(folder, 'node_modules', '.package-lock.json'));
  if (!record) return existsSync(path.join(folder, 'node_modules')) ? 'an earlier install broke off' : 'not installed yet';
  for (const [place, wanted] of lockedPackages(folder)) {
    const found = record[place];
    if (!found || found.version !== wanted.version || found.integrity !== wanted.integrity) return `${place} is not as locked`;
    if (!existsSync(path.join(folder, place, 'package.json'))) return `${place} is damaged`;
  }
  return null;
}
