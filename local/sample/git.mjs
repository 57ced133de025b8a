import { execFileSync } from 'node:child_process';
import { devNull } from 'node:os';
import { Failure } from '../failure.mjs';

const AUTHOR = { name: 'Sam Sample', email: 'sam@example.com', date: '2025-01-15T10:00:00Z' };

/** Nothing of the person's own git settings, hooks or signing keys reaches the sample. @param {string} folder */
const environment = (folder) => ({
  PATH: process.env.PATH, Path: process.env.Path, SystemRoot: process.env.SystemRoot,
  HOME: folder, GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_SYSTEM: devNull, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: AUTHOR.name, GIT_AUTHOR_EMAIL: AUTHOR.email, GIT_AUTHOR_DATE: AUTHOR.date,
  GIT_COMMITTER_NAME: AUTHOR.name, GIT_COMMITTER_EMAIL: AUTHOR.email, GIT_COMMITTER_DATE: AUTHOR.date,
});

/**
 * Runs git in a folder and answers with what it printed. Throws when git is missing or fails.
 * @param {string} folder
 * @param {...string} parameters
 * @returns {string}
 */
export function git(folder, ...parameters) {
  const fixed = ['-c', 'core.hooksPath=', '-c', 'commit.gpgSign=false', '-c', 'core.autocrlf=false', '-c', 'core.quotePath=false'];
  try {
    return execFileSync('git', [...fixed, ...parameters], {
      cwd: folder, env: environment(folder), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') requireGit();
    throw error;
  }
}

/** Throws a Failure when there is no git. */
export function requireGit() {
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore' });
  } catch {
    throw new Failure('git is not installed, or not on PATH.', 'Install git (Debian: apt install git; macOS: xcode-select --install; git-scm.com) and start again.');
  }
}
