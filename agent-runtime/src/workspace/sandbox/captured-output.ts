/** What a program wrote: the beginning and the end, and how much there was between. */
export interface CapturedOutput {
  add(chunk: Buffer): void;
  readonly bytes: number;
  text(): string;
}

/** Keeps the first and the last half of `maxBytes`. */
export function captureOutput(maxBytes: number): CapturedOutput {
  const half = Math.floor(maxBytes / 2);
  const head: Buffer[] = [];
  let headBytes = 0;
  let tail: Buffer[] = [];
  let tailBytes = 0;
  let bytes = 0;
  return {
    add(chunk) {
      bytes += chunk.length;
      const first = chunk.subarray(0, half - headBytes);
      if (first.length > 0) {
        head.push(first);
        headBytes += first.length;
      }
      const rest = chunk.subarray(first.length);
      if (rest.length === 0) return;
      tail.push(rest);
      tailBytes += rest.length;
      // Joined now and then, not at each chunk.
      if (tailBytes > 4 * half + 65_536) {
        tail = [Buffer.from(Buffer.concat(tail).subarray(-half))];
        tailBytes = tail[0]!.length;
      }
    },
    get bytes() { return bytes; },
    text() {
      const end = Buffer.concat(tail).subarray(-half);
      const cut = bytes - headBytes - end.length;
      if (cut === 0) return Buffer.concat([...head, end]).toString();
      return `${Buffer.concat(head).toString()}\n[… ${cut.toLocaleString('en')} bytes cut …]\n${end.toString()}`;
    },
  };
}
