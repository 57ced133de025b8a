import { types } from 'node:util';
import type { Config } from './config.ts';
import { AiosError } from './errors.ts';
import { RouterFileError } from './router/catalogue/router-file-error.ts';

/**
 * Why the runtime could not start and what to do, in one line; null when it is not something that the person who started
 * it can put right.
 */
export function startFailure(error: unknown, config: Config): string | null {
  if (!types.isNativeError(error)) return null;
  const reason = systemReason(error, config) ?? startFailure(error.cause, config);
  // The system's own reason is more exact than that of the store which wraps it.
  if (reason !== null) return reason;
  // Told in lines of its own.
  if (error instanceof RouterFileError) return error.message;
  return error instanceof AiosError && error.kind !== 'bug' ? error.message.replace(/\s*\n\s*/g, ' ') : null;
}

/** Whether a start that failed so may go well later, with nothing changed here: the server of a store was away. */
export function mayPass(error: unknown, config: Config): boolean {
  return error instanceof AiosError && error.kind === 'operational' && !isOfSystem(error, config);
}

function isOfSystem(error: unknown, config: Config): boolean {
  return types.isNativeError(error) && (systemReason(error, config) !== null || isOfSystem(error.cause, config));
}

function systemReason(error: NodeJS.ErrnoException, config: Config): string | null {
  const address = `${config.host}:${config.port}`;
  // A file of the program itself that is missing is a broken build.
  if (error.path !== undefined && !error.path.startsWith(config.dataDir) && !config.dataDir.startsWith(error.path)) return null;
  if (isFromServer(error, config)) return null;
  switch (error.code) {
    case 'EADDRINUSE': return `The address ${address} is taken. Stop what listens there, or set AIOS_PORT to a free port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND': return `This machine has no address ${config.host}. Set AIOS_HOST to one it has, such as 127.0.0.1.`;
    case 'ENOSPC':
    case 'EDQUOT': return `The disk of the data folder ${config.dataDir} is full. Free some space and start again.`;
    case 'EPERM':
    case 'EACCES': return error.syscall === 'listen'
      ? `Listening on ${address} is not allowed. Set AIOS_PORT to a port above 1023.`
      : `The data folder ${config.dataDir} cannot be written. Give this user write permission, or set AIOS_DATA_DIR to another folder.`;
    case 'EROFS': return `The data folder ${config.dataDir} is on a read-only disk. Set AIOS_DATA_DIR to another folder.`;
    case 'ENOTDIR':
    case 'EEXIST': return `The data folder ${config.dataDir} is not a folder. Remove the file in its place, or set AIOS_DATA_DIR to another folder.`;
    case 'ENOENT':
    case 'ENAMETOOLONG': return `The data folder ${config.dataDir} cannot be made (${error.code}). Set AIOS_DATA_DIR to another folder.`;
    case 'ERR_SQLITE_ERROR': if ('errcode' in error && (error.errcode === 11 || error.errcode === 26)) {
      return `A database in ${config.dataDir} is damaged (${error.message}). Restore the folder from a backup, or set AIOS_DATA_DIR to a new one.`;
    }
  }
  return null;
}

/** The server of a store was not found or not reached, which the store says better, with its setting. */
function isFromServer(error: NodeJS.ErrnoException, { host }: Config): boolean {
  if (error.syscall === 'getaddrinfo') return 'hostname' in error && error.hostname !== host;
  return error.syscall === 'connect';
}
