import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { createDurationHistogram } from '../../../agent-runtime/src/telemetry/duration-histogram.ts';

const settings = { name: 'request_seconds', help: 'Duration of requests', labelNames: ['method', 'route'], buckets: [0.005, 0.1, 1, 30] };
const label = fc.constantFrom('GET', 'POST', '/v1/tasks/:id', 'a "quoted" one', 'two\nlines', '');
const seconds = fc.oneof(fc.constantFrom(0, 0.005, 0.1, 1, 30, 31), fc.double({ min: 0, max: 100, noNaN: true }));

test('whatever is observed, it is read as prom-client\'s own histogram would be', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(label, label, seconds), { maxLength: 30 }), async (observed) => {
    const [ours, theirs] = [new Registry(), new Registry()];
    const histogram = createDurationHistogram({ registry: ours, ...settings });
    const peer = new Histogram({ ...settings, registers: [theirs] });
    for (const [method, route, value] of observed) {
      histogram.observe([method, route], value);
      peer.observe({ method, route }, value);
    }
    expect(await ours.metrics()).toBe(await theirs.metrics());
  }));
});
