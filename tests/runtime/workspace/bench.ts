import { chmodSync, mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalWorkspaces } from '../../../agent-runtime/src/workspace/local.ts';
import type { LocalWorkspacesOptions } from '../../../agent-runtime/src/workspace/local-options.ts';
import type { Workspace, Workspaces } from '../../../agent-runtime/src/workspace/workspace.ts';
import { makeRepository, type Content, type TestRepository } from './test-repository.ts';

export interface Bench {
  readonly folder: string;
  readonly workspaces: Workspaces;
  /** One more, as another process of the host would have it. */
  another(options?: Partial<LocalWorkspacesOptions>): Workspaces;
  repository(files: Readonly<Record<string, Content>>): TestRepository;
  /** A working copy of a new repository, and where it lies, which the port does not tell. */
  copyOf(files: Readonly<Record<string, Content>>): Promise<{ readonly workspace: Workspace; readonly root: string; readonly repository: TestRepository }>;
  copies(): string[];
  close(): Promise<void>;
}

export function createBench(options: Partial<LocalWorkspacesOptions> = {}): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'aios-workspaces-'));
  chmodSync(folder, 0o755);
  const repositories: TestRepository[] = [];
  const opened: Workspaces[] = [];
  const another = (more: Partial<LocalWorkspacesOptions> = {}) => {
    const workspaces = createLocalWorkspaces({ folder: join(folder, 'w'), protocols: ['file'], ...options, ...more });
    opened.push(workspaces);
    return workspaces;
  };
  const workspaces = another();
  const copies = () => readdirSync(join(folder, 'w/copies'));
  const repository = (files: Readonly<Record<string, Content>>) => {
    const made = makeRepository(files);
    repositories.push(made);
    return made;
  };
  return {
    folder,
    workspaces,
    another,
    repository,
    copies,
    async copyOf(files) {
      const made = repository(files);
      const before = new Set(readdirSync(folder).includes('w') ? copies() : []);
      const workspace = await workspaces.create({ taskId: 'task-1', repository: made.url, revision: 'main' });
      const name = copies().find((copy) => !before.has(copy))!;
      return { workspace, root: join(folder, 'w/copies', name, 'files'), repository: made };
    },
    async close() {
      for (const each of opened) await each.close();
      for (const each of repositories) each.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The error a promise fails with. */
export async function failure(promise: Promise<unknown>): Promise<{ readonly code: string; readonly kind: string; readonly message: string }> {
  try {
    await promise;
  } catch (error) {
    return error as { code: string; kind: string; message: string };
  }
  throw new Error('It did not fail.');
}
