import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../../agent-runtime/src/config.ts';
import { AiosError } from '../../../agent-runtime/src/errors.ts';
import { mayPass, startFailure } from '../../../agent-runtime/src/start-failure.ts';

const { config } = readConfig({ AIOS_API_KEYS: 'a-key-that-is-long-enough', AIOS_DATA_DIR: '/data', AIOS_PORT: '80' });
const system = (code: string, syscall = 'open') => Object.assign(new Error(`${code}: it failed`), { code, syscall });

describe('why a start failed', () => {
  test.each([
    [system('ENOSPC', 'write'), 'The disk of the data folder /data is full. Free some space and start again.'],
    [system('EDQUOT', 'write'), 'The disk of the data folder /data is full. Free some space and start again.'],
    [system('EACCES', 'mkdir'), 'The data folder /data cannot be written. Give this user write permission, or set AIOS_DATA_DIR to another folder.'],
    [system('EROFS', 'mkdir'), 'The data folder /data is on a read-only disk. Set AIOS_DATA_DIR to another folder.'],
    [system('EACCES', 'listen'), 'Listening on 127.0.0.1:80 is not allowed. Set AIOS_PORT to a port above 1023.'],
    [system('EADDRNOTAVAIL', 'listen'), 'This machine has no address 127.0.0.1. Set AIOS_HOST to one it has, such as 127.0.0.1.'],
  ])('%s', (error, reason) => {
    expect(startFailure(error, config)).toBe(reason);
    expect(startFailure(new AiosError('store_unavailable', 'A store failed.', { cause: error }), config)).toBe(reason);
  });

  test('a file of the program that is missing is not the data folder', () => {
    expect(startFailure(Object.assign(system('ENOENT'), { path: '/app/dist/prompt.md' }), config)).toBeNull();
    expect(startFailure(Object.assign(system('ENOENT', 'mkdir'), { path: '/data/x' }), config)).toMatch(/^The data folder \/data cannot be made \(ENOENT\)/);
  });

  test('a store says it itself where the system does not', () => {
    expect(startFailure(new AiosError('store_unavailable', 'The disk is full.\n  Free some.'), config)).toBe('The disk is full. Free some.');
  });

  test.each([
    Object.assign(system('ENOTFOUND', 'getaddrinfo'), { hostname: 'db.invalid' }), system('EADDRNOTAVAIL', 'connect'),
    system('EACCES', 'connect'), system('EPERM', 'connect'),
  ])('a server that is not reached is its store\'s to say, not the listening address\' or the data folder\'s: %s', (error) => {
    const said = 'Postgres at db.invalid:5432/aios cannot be reached; check AIOS_POSTGRES_URL.';
    expect(startFailure(new AiosError('store_unavailable', said, { cause: error }), config)).toBe(said);
  });

  test('an address to listen on that is not found', () => {
    const error = Object.assign(system('ENOTFOUND', 'getaddrinfo'), { hostname: '127.0.0.1' });
    expect(startFailure(error, config)).toBe('This machine has no address 127.0.0.1. Set AIOS_HOST to one it has, such as 127.0.0.1.');
  });

  test('only a server that was away may come back by itself', () => {
    const away = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', syscall: 'connect' });
    expect(mayPass(new AiosError('store_unavailable', 'Postgres does not answer.', { cause: away }), config)).toBe(true);
    expect(mayPass(new AiosError('store_unavailable', 'A store failed.', { cause: system('EACCES', 'mkdir') }), config)).toBe(false);
    expect(mayPass(system('EADDRINUSE', 'listen'), config)).toBe(false);
    expect(mayPass(new AiosError('invalid_request', 'x'), config)).toBe(false);
  });

  test('a bug is none of these', () => {
    expect(startFailure(new TypeError('x is not a function'), config)).toBeNull();
    expect(startFailure(new AiosError('internal', 'x'), config)).toBeNull();
    expect(startFailure('thrown', config)).toBeNull();
  });
});
