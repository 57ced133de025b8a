import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createWorkshop, requestOf, type Workshop } from './workshop.ts';

let workshop: Workshop;
beforeEach(async () => { workshop = await createWorkshop(); });
afterEach(() => workshop.close());

test('a batch is accepted once under its idempotency key', async () => {
  const first = await workshop.tasks.submit(requestOf(['a', 'b']), { tenant: 't', idempotencyKey: 'k' });
  const again = await workshop.tasks.submit(requestOf(['a', 'b']), { tenant: 't', idempotencyKey: 'k' });
  expect(first.created).toBe(true);
  expect(again).toEqual({ batch: first.batch, created: false });
  expect((await workshop.tasks.list({ limit: 10 })).tasks).toHaveLength(2);
});

test('the same key from two processes at once makes one batch', async () => {
  const other = await workshop.elsewhere();
  const answers = await Promise.all([workshop.tasks, other.tasks, workshop.tasks, other.tasks].map((tasks) =>
    tasks.submit(requestOf(['a']), { tenant: 't', idempotencyKey: 'k' })));
  expect(new Set(answers.map(({ batch }) => batch.id)).size).toBe(1);
  expect(answers.filter(({ created }) => created)).toHaveLength(1);
});

test('a key that was used for another request is a conflict', async () => {
  await workshop.tasks.submit(requestOf(['a']), { tenant: 't', idempotencyKey: 'k' });
  await expect(workshop.tasks.submit(requestOf(['b']), { tenant: 't', idempotencyKey: 'k' })).rejects.toMatchObject({ code: 'idempotency_conflict' });
});

test('keys belong to their tenant, and no key means no replay', async () => {
  const ids = await Promise.all([
    workshop.tasks.submit(requestOf(['a']), { tenant: 't', idempotencyKey: 'k' }),
    workshop.tasks.submit(requestOf(['a']), { tenant: 'u', idempotencyKey: 'k' }),
    workshop.tasks.submit(requestOf(['a']), { tenant: 't' }),
    workshop.tasks.submit(requestOf(['a']), { tenant: 't' }),
  ].map(async (submitted) => (await submitted).batch.id));
  expect(new Set(ids).size).toBe(4);
});

test('a wrong input is refused with the path of the field', async () => {
  const request = requestOf(['a', 'b']);
  const wrong = { tasks: [request.tasks[0]!, { ...request.tasks[1]!, input: { word: 'b', count: 'many' } }] };
  await expect(workshop.tasks.submit(wrong, { tenant: 't' })).rejects.toMatchObject({
    code: 'invalid_request', issues: [{ path: 'tasks.1.input.count' }],
  });
  expect((await workshop.tasks.list({ limit: 10 })).tasks).toHaveLength(0);
});

test('an unknown operation is refused', async () => {
  const request = { tasks: [{ ...requestOf(['a']).tasks[0]!, operation: 'rest' }] };
  await expect(workshop.tasks.submit(request, { tenant: 't' })).rejects.toMatchObject({ code: 'unknown_agent' });
});

test('a callback to an origin that is not allowed is refused, naming the origin and the setting', async () => {
  const request = requestOf(['a'], { callbackUrl: 'http://localhost:5678@evil.example/x?token=s3cret' });
  await expect(workshop.tasks.submit(request, { tenant: 't' })).rejects.toMatchObject({
    code: 'callback_origin_not_allowed', message: expect.stringMatching(/http:\/\/evil\.example .*AIOS_CALLBACK_ORIGINS/),
  });
  await expect(workshop.tasks.submit(request, { tenant: 't' })).rejects.not.toThrow('s3cret');
});

test('tasks are listed newest first, page by page', async () => {
  const { batch } = await workshop.tasks.submit(requestOf(['a', 'b', 'c']), { tenant: 't' });
  const first = await workshop.tasks.list({ limit: 2 });
  const second = await workshop.tasks.list({ limit: 2, cursor: first.nextCursor! });
  expect([...first.tasks, ...second.tasks].map((task) => task.index)).toEqual([2, 1, 0]);
  expect(second.nextCursor).toBeNull();
  expect(first.tasks[0]!.batchId).toBe(batch.id);
});

test('a batch of a thousand tasks keeps its order', async () => {
  const { batch } = await workshop.tasks.submit(requestOf(Array.from({ length: 1_000 }, (_, index) => `${index}`)), { tenant: 't' });
  expect(batch.tasks.map((task) => task.index)).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
});
