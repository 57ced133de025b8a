import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';

/** Answers every piece with the same. */
let server: Server;
let heard: string;
let proxy: FaultProxy;
let decision: number;
const clients: Socket[] = [];

beforeEach(async () => {
  heard = '';
  decision = 0;
  server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('data', (piece) => {
      heard += piece.toString();
      socket.write(piece);
    }).on('end', () => socket.end('bye')).on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await startFaultProxy({ random: () => decision });
  proxy.aim((server.address() as { port: number }).port);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await proxy.close();
  server.close();
});

async function open() {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
  clients.push(socket);
  const got = { text: '', ended: false, error: '' };
  socket.on('data', (piece) => { got.text += piece.toString(); }).on('end', () => { got.ended = true; })
    .on('error', (error: NodeJS.ErrnoException) => { got.error = error.code ?? ''; });
  await once(socket, 'connect').catch(() => undefined); // it may be cut at once
  return { socket, got };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(5);
}

/** What comes to a server over another way comes after what was sent before. */
async function aWhile(): Promise<void> {
  for (let turns = 0; turns < 10; turns += 1) await pause(5);
}

test('without a fault all passes, ends too', async () => {
  const { socket, got } = await open();
  socket.write('hello');
  await until(() => got.text === 'hello');
  socket.end();
  await until(() => got.ended);
  expect(got).toEqual({ text: 'hellobye', ended: true, error: '' });
});

test('latency delays each direction and keeps the order', async () => {
  const { socket, got } = await open();
  proxy.fail({ kind: 'latency', ms: 60 });
  const began = performance.now();
  for (const piece of ['a', 'b', 'c']) socket.write(piece);
  await until(() => got.text.length > 0);
  expect(performance.now() - began).toBeGreaterThanOrEqual(115);
  proxy.heal();
  socket.write('d');
  await until(() => got.text.length === 4);
  expect(got.text).toBe('abcd');
});

test('a reset cuts what is open, and what is opened then once its request has been carried out', async () => {
  const before = await open();
  before.socket.write('x');
  await until(() => before.got.text === 'x');
  proxy.fail({ kind: 'reset' });
  await until(() => before.got.error === 'ECONNRESET');
  const during = await open();
  during.socket.write('order');
  await until(() => during.got.error === 'ECONNRESET');
  expect(heard).toBe('xorder');
  expect(during.got.text).toBe('');
  proxy.heal();
  const after = await open();
  after.socket.write('y');
  await until(() => after.got.text === 'y');
});

test.each([[0.9, 'is never heard of again'], [0.1, 'is cut']])('a black hole swallows all, and what lost something then (%d) %s', async (decided) => {
  const torn = await open();
  const whole = await open();
  whole.socket.write('1');
  await until(() => whole.got.text === '1');
  proxy.fail({ kind: 'black-hole' });
  torn.socket.write('lost');
  await aWhile();
  decision = decided;
  proxy.heal();
  whole.socket.write('2');
  await until(() => whole.got.text === '12');
  if (decided < 0.5) return until(() => torn.got.error === 'ECONNRESET');
  torn.socket.write('more');
  await aWhile();
  expect(torn.got).toEqual({ text: '', ended: false, error: '' });
  expect(heard).toBe('12');
});

test('a half-closed connection has ended for one side alone', async () => {
  const { socket, got } = await open();
  socket.write('x');
  await until(() => got.text === 'x');
  proxy.fail({ kind: 'half-closed' });
  await until(() => got.ended);
  socket.write('y');
  await until(() => heard === 'xy');
  expect(got.text).toBe('x');
});

test('who leads to nobody cuts, and is aimed again', async () => {
  proxy.aim(null);
  const { got } = await open();
  await until(() => got.error === 'ECONNRESET');
  proxy.aim((server.address() as { port: number }).port);
  const after = await open();
  after.socket.write('z');
  await until(() => after.got.text === 'z');
});
