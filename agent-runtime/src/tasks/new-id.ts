import { randomBytes } from 'node:crypto';

/** Ids that sort by the time they were made, and among those made together by their place: `task_mi2x…`. */
export function newIds(prefix: 'task' | 'batch', count: number, now: number): readonly string[] {
  const time = now.toString(36).padStart(9, '0');
  return Array.from({ length: count }, () => `${prefix}_${time}${randomBytes(8).toString('hex')}`).sort();
}
