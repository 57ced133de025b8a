import { expect, test } from '@jest/globals';
import { createEventReader } from '../../../../agent-runtime/src/providers/openai-compatible/event-reader.ts';

test('a byte order mark before the first event is no part of it, however the bytes are cut', () => {
  const bytes = Buffer.from('\uFEFFdata: {"one":"\uFEFF"}\n\ndata: two\n\n');
  for (let size = 1; size <= bytes.length; size += 1) {
    const events: string[] = [];
    const reader = createEventReader((data) => events.push(data));
    reader.head(200, { 'content-type': 'text/event-stream' });
    for (let at = 0; at < bytes.length; at += size) reader.feed(bytes.subarray(at, at + size));
    expect(events).toEqual(['{"one":"\uFEFF"}', 'two']);
  }
});
