import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const rootFolder = path.resolve(fileURLToPath(new URL('..', import.meta.url)));
/** Where n8n is pinned and installed. */
export const localFolder = path.join(rootFolder, 'local');
export const runtimeFolder = path.join(rootFolder, 'agent-runtime');
/** What a start makes and keeps, unless `--data` says otherwise. */
export const defaultDataFolder = path.join(localFolder, '.data');
