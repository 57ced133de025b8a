import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What a file of the repository is: its text or bytes, a link, or null to remove it. */
export type Content = string | Buffer | { readonly link: string } | { readonly executable: string } | null;

export interface TestRepository {
  readonly folder: string;
  /** `file://…` */
  readonly url: string;
  commit(files: Readonly<Record<string, Content>>): string;
  git(...command: string[]): string;
  /** Of lines as `git ls-tree` prints them; answers with the tree's SHA. */
  makeTree(lines: string): string;
  remove(): void;
}

const ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@example.com', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@example.com',
};

export function makeRepository(files: Readonly<Record<string, Content>>): TestRepository {
  const folder = mkdtempSync(join(tmpdir(), 'aios-repository-'));
  const git = (...command: string[]) => execFileSync('git', ['-C', folder, '-c', 'core.autocrlf=false', ...command], { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] }).toString().trim();
  git('init', '--quiet', '--initial-branch=main');
  const repository: TestRepository = {
    folder,
    url: `file://${folder}`,
    git,
    makeTree: (lines) => execFileSync('git', ['-C', folder, 'mktree'], { env: ENVIRONMENT, input: lines }).toString().trim(),
    commit(changes) {
      for (const [path, content] of Object.entries(changes)) {
        const file = join(folder, path);
        rmSync(file, { recursive: true, force: true });
        mkdirSync(dirname(file), { recursive: true });
        if (content === null) continue;
        if (typeof content === 'string' || Buffer.isBuffer(content)) writeFileSync(file, content);
        else if ('link' in content) symlinkSync(content.link, file);
        else {
          writeFileSync(file, content.executable);
          chmodSync(file, 0o755);
        }
      }
      git('add', '--all', '--force');
      git('commit', '--quiet', '--allow-empty', '--message=change');
      return git('rev-parse', 'HEAD');
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  repository.commit(files);
  return repository;
}
