import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Catalogue, CatalogueSnapshot, ReloadState } from './catalogue.ts';
import { checkSettings } from './check-settings.ts';
import { configuredModels } from './configured-models.ts';
import type { EnvironmentEndpoint } from './model-spec.ts';
import { readRouterFile } from './read-router-file.ts';
import type { ReadFile } from './read-router-file.ts';
import { defaultSettings, settingsOf } from './settings.ts';
import { RouterFileError } from './router-file-error.ts';
import { buildSnapshot, NOTHING_KEPT } from './snapshot.ts';
import type { Kept, SnapshotParts } from './snapshot.ts';
import { watchFile } from './watch-file.ts';

export interface CatalogueOptions extends SnapshotParts {
  /** The router file, absolute; null: the environment's models with default settings. */
  readonly file: string | null;
  readonly environment: readonly EnvironmentEndpoint[];
  /** What stands behind `env:NAME` or `file:/path`. Throws an Error that names the reference only. */
  readonly secret: (reference: string) => string;
  /** Told of each reload. Holds no secrets. */
  readonly log: (event: 'router-file-applied' | 'router-file-refused', fields: Readonly<Record<string, unknown>>) => void;
  /** ms since 1970. Default: the clock. */
  readonly now?: () => number;
}

/** Prices of the list change at dates and hours. */
const PRICED_FOR_MS = 3_600_000;

/** Reads the configuration, and the router file again whenever it changes. Throws a RouterFileError when it is not valid at the start. */
export async function createCatalogue(options: CatalogueOptions): Promise<Catalogue> {
  const { file, log, now = Date.now } = options;
  let kept: Kept = NOTHING_KEPT;
  let snapshot: CatalogueSnapshot | undefined;
  let state: ReloadState | null = null;
  /** Of what `snapshot` was made. */
  let applied = '';
  /** Of what was looked at last, so that a broken file is reported once. */
  let lookedAt = '';
  let underWay: Promise<unknown> = Promise.resolve();

  async function load(): Promise<void> {
    const result = file === null ? null : await readFile(file, 'utf8').then(readRouterFile, unreadable);
    const problems: string[] = [];
    const read = result === null || 'problems' in result ? null : result;
    if (result !== null && 'problems' in result) problems.push(...result.problems);
    const models = problems.length > 0 ? [] : configuredModels(read, { ...options, fileName: file === null ? '' : basename(file) }, problems);
    // Keys behind references and prices may change while the file stays as it is.
    const hour = Math.floor(now() / PRICED_FOR_MS);
    const looked = JSON.stringify([hour, models, read?.file ?? null, problems]);
    if (looked === lookedAt) return;
    lookedAt = looked;
    if (problems.length === 0) await apply(read, models, problems);
    if (file !== null) report(file, problems, JSON.stringify([models, read?.file]));
  }

  async function apply(read: ReadFile | null, models: ReturnType<typeof configuredModels>, problems: string[]): Promise<void> {
    const built = await buildSnapshot(models, settingsOf(read?.file ?? defaultSettings(), snapshot?.settings), options, kept, problems);
    if (read !== null) problems.push(...checkSettings(built.snapshot, read));
    if (problems.length > 0) return;
    ({ snapshot, kept } = built);
  }

  function report(path: string, problems: readonly string[], content: string): void {
    state = { at: now(), ok: problems.length === 0, problems };
    if (problems.length > 0) {
      if (snapshot === undefined) throw new RouterFileError(path, problems);
      log('router-file-refused', { file, problems });
    } else if (content !== applied) {
      if (applied !== '') log('router-file-applied', { file, models: snapshot!.chat.length, embeddings: snapshot!.embeddings.length });
      applied = content;
    }
  }

  /** One look at a time; a bug in a provider's factory is no reason to stop. */
  function reload(): Promise<ReloadState | null> {
    const next = underWay.then(load).then(() => state, (error: unknown) => {
      state = { at: now(), ok: false, problems: [error instanceof Error ? error.message : String(error)] };
      log('router-file-refused', { file, problems: state.problems });
      return state;
    });
    underWay = next;
    return next;
  }

  await load();
  const look = () => void reload();
  const timer = setInterval(look, PRICED_FOR_MS).unref();
  const unwatch = file === null ? () => {} : watchFile(file, look);
  return {
    current: () => snapshot!,
    lastReload: () => state,
    reload,
    close() {
      clearInterval(timer);
      unwatch();
    },
  };
}

function unreadable({ code }: NodeJS.ErrnoException): { readonly problems: readonly string[] } {
  return { problems: [`it cannot be read (${code ?? 'unknown reason'}); check the path and its permissions`] };
}
