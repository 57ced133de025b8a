import { openBullMq } from './bullmq.ts';
import { openPgBoss } from './pg-boss.ts';
import { openRuntime } from './runtime.ts';

/** Something that takes a task and says when it has ended. */
export interface Contestant {
  /** Resolves once whoever submitted the task knows that it has ended well. */
  run(modelCalls: number): Promise<void>;
  close(): Promise<void>;
}

export interface Servers {
  readonly postgres: string;
  readonly redis: string;
  readonly rabbitmq: string;
  /** Answers `/v1/chat/completions` as OpenAI does. */
  readonly model: string;
}

/** `all`: submits tasks and works on them. Else one of the two, in processes of their own. */
export type Role = 'all' | 'submitter' | 'worker';

/** `group`: contestants of the same name and group work on the same tasks. */
export interface Part {
  readonly role: Role;
  readonly group: string;
}

export const OPENERS = {
  'postgres + rabbitmq': (servers, part) => openRuntime(servers, part, 'rabbitmq'),
  'postgres alone': (servers, part) => openRuntime(servers, part, 'embedded'),
  'pg-boss': (servers, part) => openPgBoss(servers, part, 'call'),
  'pg-boss, NOTIFY': (servers, part) => openPgBoss(servers, part, 'notify'),
  'pg-boss, polling': (servers, part) => openPgBoss(servers, part, 'polling'),
  bullmq: openBullMq,
} satisfies Record<string, (servers: Servers, part: Part) => Promise<Contestant>>;

export type Name = keyof typeof OPENERS;
