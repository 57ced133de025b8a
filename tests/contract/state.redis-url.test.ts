import { describe, expect, test } from '@jest/globals';
import { createRedisConnection } from '../../agent-runtime/src/stores/state/redis.ts';
import { parseRedisUrl } from '../../agent-runtime/src/stores/state/redis/url.ts';

const plain = { kind: 'single', master: null, db: 0, username: null, password: null, sentinelUsername: null, sentinelPassword: null, tls: false };

describe('the address of Redis', () => {
  test.each([
    ['redis://127.0.0.1', { ...plain, hosts: [{ host: '127.0.0.1', port: 6379 }] }],
    ['redis://redis:6380/3', { ...plain, hosts: [{ host: 'redis', port: 6380 }], db: 3 }],
    ['redis://[::1]:6380/', { ...plain, hosts: [{ host: '::1', port: 6380 }] }],
    ['redis://:p%40ss%2Fw@redis', { ...plain, hosts: [{ host: 'redis', port: 6379 }], password: 'p@ss/w' }],
    ['redis://:p@ss:w@redis', { ...plain, hosts: [{ host: 'redis', port: 6379 }], password: 'p@ss:w' }],
    ['rediss://aios:secret@redis.example.com:6380', { ...plain, hosts: [{ host: 'redis.example.com', port: 6380 }], username: 'aios', password: 'secret', tls: true }],
    ['redis+sentinel://aios:secret@one,two:26380/the-master/2?sentinelPassword=other', {
      ...plain, kind: 'sentinel', hosts: [{ host: 'one', port: 26_379 }, { host: 'two', port: 26_380 }], master: 'the-master', db: 2,
      username: 'aios', password: 'secret', sentinelPassword: 'other' }],
    ['rediss+cluster://:secret@one:7000,two:7001,[::1]:7002', {
      ...plain, kind: 'cluster', hosts: [{ host: 'one', port: 7000 }, { host: 'two', port: 7001 }, { host: '::1', port: 7002 }], password: 'secret', tls: true }],
  ])('is read: %s', (url, address) => {
    expect(parseRedisUrl(url)).toEqual(address);
  });

  test.each([
    ['', /not the address/],
    ['http://:the-secret@redis', /not the address/],
    ['redis:/redis', /not the address/],
    ['redis://', /lacks a host/],
    ['redis://:the-secret@', /lacks a host/],
    ['redis://the-secret@redis', /user without a password/],
    ['redis://:@redis', /empty password/],
    ['redis://:100%the-secret@redis', /percent-encoded/],
    ['redis://:the-secret@redis:port', /lacks a host/],
    ['redis://:the-secret@redis:70000', /port/],
    ['redis://:the-secret@redis/zero', /number of a database/],
    ['redis://:the-secret@redis/0/1', /number of a database/],
    ['redis://:the-secret@one,two', /several hosts/],
    ['redis://:the-secret@redis?password=the-secret', /parameters/],
    ['redis+sentinel://:the-secret@one,two', /name of the master/],
    ['redis+sentinel://:the-secret@one/master?password=the-secret', /parameter other than/],
    ['redis+cluster://:the-secret@one/1', /only one/],
    ['redis+ring://:the-secret@one', /not the address/],
  ])('that is wrong names the setting and keeps the secret: %s', (url, words) => {
    let message = '';
    try {
      createRedisConnection({ url });
    } catch (error) {
      expect(error).toMatchObject({ code: 'store_unavailable' });
      message = (error as Error).message;
    }
    expect(message).toMatch(words);
    expect(message).toContain('AIOS_REDIS_URL');
    expect(message).not.toContain('the-secret');
  });
});
