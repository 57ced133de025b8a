import { randomUUID } from 'node:crypto';
import { AiosError } from '../../errors.ts';
import type { Assignment, ExperimentControl, Experiments } from './experiments.ts';
import { hashKey, randomHash } from './key-hash.ts';
import { toReport } from './report.ts';
import type { ExperimentRule } from './schema.ts';
import { accompanies, armId, armOf, toSplit } from './split.ts';
import type { Split, SplitArm } from './split.ts';
import { baselineOf, reasonToStop } from './stop-rules.ts';
import { addObservation, addQuality } from './tally.ts';
import { openTallyBook } from './tally-book.ts';
import type { ExperimentState } from './tally-book.ts';

export interface ExperimentsOptions {
  /** The experiments of the newest valid router file. A new array each time that they have changed, and only then. */
  readonly rules: () => readonly ExperimentRule[];
  readonly state: ExperimentState;
  /** ms since 1970. */
  readonly now: () => number;
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
  /** Between two looks at what other processes know. Default: 5 s. */
  readonly syncMs?: number;
}

export interface RunningExperiments extends Experiments, ExperimentControl {
  /** Saves what is not yet saved, and exchanges it with other processes. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Experiments as the rules have them. Results are kept in groups: a process that dies loses at most those of the last sync
 * time; an arm's stop is saved at once. Throws when the kept state cannot be loaded, so that no stopped arm comes back.
 */
export async function createExperiments({ rules, state, now, log, syncMs = 5_000 }: ExperimentsOptions): Promise<RunningExperiments> {
  const book = await openTallyBook({ state, processId: randomUUID(), now, log });
  let known: readonly ExperimentRule[] = [];
  let splits: readonly Split[] = [];

  /** Made again when the rules have changed. */
  function current(): readonly Split[] {
    const newest = rules();
    if (newest !== known) {
      known = newest;
      splits = newest.filter(({ enabled }) => enabled).map(toSplit);
    }
    return splits;
  }

  const isStopped = (key: string) => book.switchOf(key)?.state === 'stopped';
  const trySync = () => book.sync().catch((error: unknown) => log('experiments-not-saved', { message: String(error) }));
  const timer = setInterval(() => { if (rules().length > 0) void trySync(); }, syncMs);
  timer.unref();

  function armNamed(experiment: string, name: string): { readonly split: Split; readonly arm: SplitArm } | null {
    const split = current().find(({ rule }) => rule.id === experiment);
    const arm = split && [...split.arms, ...split.shadows].find((one) => one.name === name);
    return split && arm ? { split, arm } : null;
  }

  /** The control is never stopped by itself: its keys would have nowhere to go. */
  function stopIfNeeded({ rule, control }: Split, arm: SplitArm): void {
    if (arm === control || isStopped(arm.id)) return;
    const reason = reasonToStop(rule, book.total(arm.id), book.switchOf(arm.id)?.baseline ?? null);
    if (reason === null) return;
    book.setSwitch(arm.id, { state: 'stopped', at: now(), reason, baseline: null });
    log('experiment-arm-stopped', { experiment: rule.id, arm: arm.name, reason });
    void trySync();
  }

  async function found(id: string): Promise<ExperimentRule> {
    await trySync();
    const rule = rules().find((one) => one.id === id);
    if (rule !== undefined) return rule;
    const ids = rules().map((one) => one.id).join(', ');
    throw new AiosError('not_found', `There is no experiment ${id}. ${ids === '' ? 'The router file has none' : `The router file has: ${ids}`}.`);
  }

  return {
    assign(scope, purpose, key): Assignment | null {
      const active = current();
      if (active.length === 0) return null;
      const split = active.find((one) => one.matches(scope, purpose) && !isStopped(one.rule.id));
      if (split === undefined) return null;
      const hash = key === '' ? randomHash() : hashKey(key);
      const drawn = armOf(split, hash);
      const arm = isStopped(drawn.id) ? split.control : drawn;
      return {
        experiment: split.rule.id, arm: arm.name, routing: arm.routing,
        shadows: split.shadows.filter((shadow) => !isStopped(shadow.id) && accompanies(shadow, hash))
          .map(({ name, routing }) => ({ arm: name, routing })),
      };
    },
    observe(observation) {
      const place = armNamed(observation.experiment, observation.arm);
      if (place === null) return;
      addObservation(book.own(place.arm.id), observation);
      book.touch();
      stopIfNeeded(place.split, place.arm);
    },
    judge(experiment, arm, quality) {
      const place = armNamed(experiment, arm);
      if (place === null) return;
      addQuality(book.own(place.arm.id), quality);
      book.touch();
    },
    async list() {
      await trySync();
      return rules().map((rule) => toReport(rule, book));
    },
    async find(id) {
      return toReport(await found(id), book);
    },
    async stop(id) {
      const rule = await found(id);
      if (!isStopped(id)) {
        book.setSwitch(id, { state: 'stopped', at: now(), reason: 'It was stopped by hand.', baseline: null });
        log('experiment-stopped', { experiment: id });
        await book.sync();
      }
      return toReport(rule, book);
    },
    async start(id) {
      const rule = await found(id);
      if (!rule.enabled) throw new AiosError('invalid_request', `The experiment ${id} is disabled. Set enabled: true for it in the router file.`);
      const stopped = [id, ...rule.arms.map((arm) => armId(id, arm))].filter(isStopped);
      for (const key of stopped) {
        book.setSwitch(key, { state: 'running', at: now(), reason: null, baseline: baselineOf(book.total(key)) });
      }
      if (stopped.length > 0) {
        log('experiment-started', { experiment: id });
        await book.sync();
      }
      return toReport(rule, book);
    },
    sync: () => book.sync(),
    async close() {
      clearInterval(timer);
      await book.close();
    },
  };
}
