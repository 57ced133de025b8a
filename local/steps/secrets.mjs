import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Failure } from '../failure.mjs';
import { defaultDataFolder, localFolder } from '../folders.mjs';

/**
 * @typedef {object} Secrets
 * @property {string} runtimeApiKey
 * @property {string} encryptionKey of n8n's credentials
 * @property {string} ownerEmail
 * @property {string} ownerPassword
 * @property {string} ownerPasswordHash bcrypt
 */

/** @param {string} password */
async function bcryptHash(password) {
  const bcrypt = createRequire(path.join(localFolder, 'node_modules', 'n8n', 'package.json'))('bcryptjs');
  return /** @type {string} */ (await bcrypt.hash(password, 10));
}

/** The file that holds them. @param {string} dataFolder */
export const secretsFile = (dataFolder) => path.join(dataFolder, 'secrets.json');

/** What to do about a folder that the system refuses, by the system's code. */
const ADVICE = new Map([
  ['EEXIST', 'A file has this name: choose another folder with --data.'],
  ['ENOTDIR', 'A part of the path is a file: choose another folder with --data.'],
  ['EACCES', 'You may not write there: choose a folder of your own with --data.'],
  ['EPERM', 'It belongs to someone else: choose a folder of your own with --data.'],
  ['EROFS', 'That disk can only be read: choose a folder on another with --data.'],
  ['ENOSPC', 'The disk is full: free about 4 GB, or choose a folder on another with --data.'],
]);

/** Files that only a data folder has. */
const OURS = new Set(['secrets.json', 'running.json']);

/** What a first start that broke off, or the system itself, leaves in a folder that is empty otherwise. */
const HARMLESS = new Set(['logs', 'write-test', 'secrets.json.new', 'lost+found', '.DS_Store']);

/**
 * Makes the folder for all data, readable by its owner alone. One that holds something else is refused and stays as it is.
 * @param {string} folder
 */
export function preparePrivateFolder(folder) {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const inside = readdirSync(folder);
    if (folder !== defaultDataFolder && !inside.some((name) => OURS.has(name)) && !inside.every((name) => HARMLESS.has(name))) {
      throw new Failure(
        `${folder} holds something else already, and would become readable by you alone.`,
        `Choose an empty or a new folder, such as --data ${path.join(folder, 'aios')}`,
      );
    }
    chmodSync(folder, 0o700);
    // The rights alone do not tell about a full disk or one that can only be read.
    writeFileSync(path.join(folder, 'write-test'), 'x');
    rmSync(path.join(folder, 'write-test'));
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === undefined) throw error;
    throw new Failure(`${folder} cannot hold the data (${message}).`, ADVICE.get(code) ?? 'Choose another folder with --data.');
  }
}

/**
 * Reads the secrets of this installation; makes them at the first call.
 * @param {string} dataFolder
 * @param {(password: string) => Promise<string>} [hash]
 * @returns {Promise<Secrets>}
 */
export async function loadSecrets(dataFolder, hash = bcryptHash) {
  preparePrivateFolder(dataFolder);
  const file = secretsFile(dataFolder);
  if (existsSync(file)) {
    try {
      return JSON.parse(readFileSync(file, 'utf8'));
    } catch {
      throw new Failure(`${file} cannot be read.`, `Put it back from a copy. Without one, delete ${dataFolder}: all its data goes.`);
    }
  }
  const ownerPassword = `Aios1-${randomBytes(12).toString('base64url')}`;
  /** @type {Secrets} */
  const secrets = {
    runtimeApiKey: randomBytes(32).toString('base64url'),
    encryptionKey: randomBytes(32).toString('base64url'),
    ownerEmail: 'owner@example.com',
    ownerPassword,
    ownerPasswordHash: await hash(ownerPassword),
  };
  // Written whole or not at all: half a file would lock the person out of their own n8n.
  writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return secrets;
}
