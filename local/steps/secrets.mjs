import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Failure } from '../failure.mjs';
import { localFolder } from '../folders.mjs';

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

/** Makes the folder for all data, readable by its owner alone. @param {string} folder */
export function preparePrivateFolder(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
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
