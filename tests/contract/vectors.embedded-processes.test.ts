import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createEmbeddedVectors, type EmbeddedVectorsOptions } from '../../agent-runtime/src/stores/vectors/embedded.ts';
import { DISTANCE_FUNCTION, loadDistance } from '../../agent-runtime/src/stores/vectors/vector-distance.ts';
import type { Vectors } from '../../agent-runtime/src/stores/vectors/vectors.ts';
import { DOCS, point, WEB } from './vectors-cases.ts';

/** What is peculiar to a file that processes share, and to a library that may be missing. */

const driver = new URL('../../agent-runtime/src/stores/vectors/embedded.ts', import.meta.url).href;
let folder: string;
let opened: Vectors[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aios-vectors-'));
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((vectors) => vectors.close()));
  await rm(folder, { recursive: true, force: true });
});

function open(options: Partial<EmbeddedVectorsOptions> = {}): Vectors {
  const vectors = createEmbeddedVectors({ folder, ...options });
  opened.push(vectors);
  return vectors;
}

/** Runs `work(vectors, place)` in a process of its own. */
function inProcess(work: string) {
  const program = `
    const { createEmbeddedVectors } = await import(${JSON.stringify(driver)});
    const vectors = createEmbeddedVectors(${JSON.stringify({ folder })});
    await vectors.ensureCollection(${JSON.stringify(DOCS)});
    await (${work})(vectors, ${JSON.stringify(WEB)});
    await vectors.close();`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { child, ended: once(child, 'close').then(([code]) => code as number) };
}

test('three processes that start at once and write together lose nothing', async () => {
  const write = `async (vectors, place) => {
    for (let call = 0; call < 10; call++) {
      await vectors.upsert(place, Array.from({ length: 300 }, (_, n) => ({ id: process.pid + '-' + call + '-' + n, dense: [1, n, call], sparse: { indices: [n], values: [1] } })));
      await vectors.upsert(place, [{ id: 'shared', dense: [1, 0, 0], payload: { by: process.pid } }]);
      await vectors.search(place, { dense: [1, 0, 0], limit: 5 });
    }
  }`;
  expect(await Promise.all([write, write, write].map((work) => inProcess(work).ended))).toEqual([0, 0, 0]);
  const vectors = open();
  expect(await vectors.count(WEB)).toBe(9_001);
  expect(await vectors.search(WEB, { sparse: { indices: [7], values: [1] }, limit: 100 })).toHaveLength(30);
});

test('what a killed process has written stays, and the next one goes on', async () => {
  const { child, ended } = inProcess(`async (vectors, place) => {
    await vectors.upsert(place, [{ id: 'before', dense: [1, 0, 0] }]);
    console.log('written');
    for (let n = 0; ; n++) await vectors.upsert(place, Array.from({ length: 50 }, (_, m) => ({ id: n + '-' + m, dense: [1, n + 1, m] })));
  }`);
  await once(child.stdout!, 'data');
  child.kill('SIGKILL');
  await ended;
  const vectors = open();
  await vectors.upsert(WEB, [point('after', [1, 0, 0])]);
  const hits = await vectors.search(WEB, { dense: [1, 0, 0], limit: 2 });
  expect(hits.map(({ id }) => id)).toEqual(['after', 'before']);
});

test('a process ends by itself when nothing is under way, though it forgot to close', async () => {
  const program = `
    const { createEmbeddedVectors } = await import(${JSON.stringify(driver)});
    await createEmbeddedVectors(${JSON.stringify({ folder })}).ping();`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', program], { stdio: 'inherit' });
  expect(await once(child, 'close')).toEqual([0, null]);
});

test('calls that are under way when it is closed are finished', async () => {
  const vectors = open();
  await vectors.ensureCollection(DOCS);
  const writing = vectors.upsert(WEB, [point('a', [1, 0, 0])]);
  await writing;
  const counting = vectors.count(WEB);
  await vectors.close();
  expect(await counting).toBe(1);
});

test('a folder that cannot be used is an error that names the setting, each time', async () => {
  const vectors = open({ folder: '/dev/null/aios' });
  for (const call of [vectors.ping(), vectors.count(WEB), vectors.ensureCollection(DOCS)]) {
    await expect(call).rejects.toMatchObject({ code: 'store_unavailable', kind: 'operational', message: expect.stringContaining('AIOS_DATA_DIR') });
  }
  await expect(vectors.ping()).rejects.toMatchObject({ code: 'store_unavailable' });
});

test('its files are the owner\'s alone', async () => {
  await chmod(folder, 0o755);
  await open().ensureCollection(DOCS);
  const files = await readdir(folder);
  expect(await Promise.all(files.map(async (file) => (await stat(join(folder, file))).mode & 0o777))).toEqual(files.map(() => 0o600));
});

test('a collection that a process died deleting is erased by the next one', async () => {
  const vectors = open();
  await vectors.ensureCollection(DOCS);
  await vectors.upsert(WEB, Array.from({ length: 2_500 }, (_, n) => ({ id: `p${n}`, dense: [1, n, 0], sparse: { indices: [1], values: [1] } })));
  const database = new DatabaseSync(join(folder, 'vectors.db'));
  database.exec('DELETE FROM collections');
  await open().ensureCollection(DOCS);
  const left = database.prepare('SELECT (SELECT count(*) FROM points) + (SELECT count(*) FROM dense) + (SELECT count(*) FROM sparse) AS rows').get();
  database.close();
  expect([left?.['rows'], await vectors.count(WEB)]).toEqual([0, 0]);
});

test('without the native library the same is computed in JavaScript, and it says so', async () => {
  const withLibrary = new DatabaseSync(':memory:', { allowExtension: true });
  const without = new DatabaseSync(':memory:');
  expect([await loadDistance(withLibrary), await loadDistance(without)]).toEqual([null, expect.stringMatching(/extension/)]);
  const random = () => new Uint8Array(Float32Array.from({ length: 768 }, () => Math.random() - 0.5).buffer);
  for (let run = 0; run < 20; run++) {
    const [a, b] = [random(), random()];
    const [native, own] = [withLibrary, without].map((database) => Number(database.prepare(`SELECT ${DISTANCE_FUNCTION}(?, ?) AS distance`).get(a, b)?.['distance']));
    expect(own).toBeCloseTo(native!, 4);
  }
  expect(() => withLibrary.loadExtension('anything')).toThrow(/not allowed|disabled|not authorized/i);
  withLibrary.close();
  without.close();
});
