import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from './fault-proxy.ts';
import type { Kill, Plan, Target } from './plan.ts';
import type { RunningServer, Servers } from '../crash/start-servers.ts';
import type { Supervised } from './supervise.ts';
import type { Ways } from './ways.ts';

export interface Done {
  readonly kills: Map<Target, number>;
  /** Kills that met tasks which had not ended. */
  killsAtWork: number;
  readonly faults: Map<Fault['kind'], number>;
}

export interface Scene {
  readonly apis: readonly Supervised[];
  readonly workers: readonly Supervised[];
  readonly servers: Servers;
  readonly ways: Ways;
  /** Whether anything is left to do. */
  readonly isAtWork: () => boolean;
  readonly say: (line: string) => void;
}

/** Does what the plan says, when it says so. Resolves when everything runs again and every way is clear. */
export async function carryOut({ kills, spells }: Plan, { apis, workers, servers, ways, isAtWork, say }: Scene): Promise<Done> {
  const done: Done = { kills: new Map(), killsAtWork: 0, faults: new Map() };
  const startedAt = performance.now();
  const at = (ms: number) => pause(Math.max(0, startedAt + ms - performance.now()));
  /** Of each victim, what is being done to it. */
  const busy = new Map<string, Promise<void>>();

  async function killServer(server: RunningServer, downMs: number): Promise<void> {
    await server.kill();
    ways.aim(server.name, null);
    await pause(downMs);
    await server.start();
    ways.aim(server.name, server.port);
  }

  async function killProcess(process: Supervised, downMs: number): Promise<void> {
    await process.kill();
    await pause(downMs);
    await process.start();
  }

  async function killOne({ target, index, downMs }: Kill): Promise<void> {
    if (isAtWork()) done.killsAtWork += 1;
    done.kills.set(target, (done.kills.get(target) ?? 0) + 1);
    say(`kill ${target}${target === 'api' || target === 'worker' ? ` ${index + 1}` : ''} for ${downMs} ms`);
    if (target === 'api') return killProcess(apis[index]!, downMs);
    if (target === 'worker') return killProcess(workers[index]!, downMs);
    const server = servers.running.get(target);
    if (server) await killServer(server, downMs);
  }

  const killing = (async () => {
    for (const kill of kills) {
      await at(kill.atMs);
      const victim = `${kill.target} ${kill.index}`;
      // What is still down is killed once it is back.
      const work = (busy.get(victim) ?? Promise.resolve()).then(() => killOne(kill));
      work.catch(() => undefined); // awaited below
      busy.set(victim, work);
    }
    await Promise.all(busy.values());
  })();
  const casting = Promise.all(spells.map(async (spell) => {
    await at(spell.atMs);
    const found = ways.of(spell);
    if (found.length === 0) return;
    done.faults.set(spell.fault.kind, (done.faults.get(spell.fault.kind) ?? 0) + 1);
    say(`${spell.fault.kind} from ${spell.from} to ${spell.to} for ${spell.forMs} ms`);
    for (const way of found) way.fail(spell.fault);
    await pause(spell.forMs);
    for (const way of found) way.heal();
  }));
  await Promise.all([killing, casting]);
  ways.healAll();
  return done;
}
