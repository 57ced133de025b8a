import { randomUUID } from 'node:crypto';

/** Ids that sort by the time they were made, and among those made together by their place: `task_mi2x…`. */
export function newIds(prefix: 'task' | 'batch' | 'schedule' | 'run', count: number, now: number): readonly string[] {
  const time = now.toString(36).padStart(9, '0');
  return Array.from({ length: count }, () => `${prefix}_${time}${randomHex()}`).sort();
}

/** 64 bits, from the parts of a UUID that are random: Node keeps a stock of those, and reads the kernel for `randomBytes`. */
function randomHex(): string {
  const uuid = randomUUID();
  return uuid.slice(0, 8) + uuid.slice(28);
}
