import type { OperationContext } from '../../../agent-runtime/src/agents/agent.ts';
import { addUsage, NO_USAGE } from '../../../agent-runtime/src/contract/usage.ts';
import type { Usage } from '../../../agent-runtime/src/contract/usage.ts';
import type { ModelRequest } from '../../../agent-runtime/src/providers/model.ts';
import type { RoutedResponse } from '../../../agent-runtime/src/router/routed-model.ts';

const USAGE: Usage = { ...NO_USAGE, input: 100, output: 20 };

/** What a scripted model says: text, or parts of a response; thrown errors pass through. */
export type Script = (request: ModelRequest, step: string) => string | Partial<RoutedResponse> | Promise<string | Partial<RoutedResponse>>;

/** What outlives an attempt of a task. */
export interface Journal {
  readonly values: Map<string, unknown>;
  readonly receipts: Map<string, { result?: unknown }>;
}

export function newJournal(): Journal {
  return { values: new Map(), receipts: new Map() };
}

export interface MemoryContext extends OperationContext {
  readonly asked: { step: string; request: ModelRequest }[];
}

/** The task's context on plain maps. A journal given again makes the next attempt of the same task. */
export function memoryContext(script: Script, { taskId = 'task-1', attempt = 1, journal = newJournal() }: { taskId?: string; attempt?: number; journal?: Journal } = {}): MemoryContext {
  const asked: { step: string; request: ModelRequest }[] = [];
  let usage = NO_USAGE;
  let calls = 0;
  let offline = false;
  return {
    taskId, attempt, signal: new AbortController().signal, asked,
    async ask(step, request) {
      const key = JSON.stringify([step, request]);
      const kept = journal.values.get(key) as RoutedResponse | undefined;
      if (kept !== undefined) return kept;
      asked.push({ step, request });
      const said = await script(request, step);
      const response: RoutedResponse = {
        text: '', finishReason: 'stop', model: 'stand-in/model', offline: false, usage: USAGE, attempts: [], reason: 'the only one',
        costUsd: 0.001, costStatus: 'known', decisionId: 'dec_test', cached: false, ...(typeof said === 'string' ? { text: said } : said),
      };
      usage = addUsage(usage, response.usage);
      calls += 1;
      offline ||= response.offline;
      journal.values.set(key, response);
      return response;
    },
    async workspace() { throw new Error('not used'); },
    async keep() { throw new Error('not used'); },
    async remember<Result>(step: string, read: () => Promise<Result>) {
      if (!journal.values.has(step)) journal.values.set(step, JSON.parse(JSON.stringify(await read())));
      return journal.values.get(step) as Result;
    },
    async effect({ key, find, perform }) {
      const receipt = journal.receipts.get(key);
      if (receipt?.result !== undefined) return receipt.result as never;
      journal.receipts.set(key, {});
      const marker = `aios:${Buffer.from(key).toString('hex').slice(0, 32)}`;
      const result = (receipt === undefined ? null : await find(marker)) ?? await perform(marker);
      journal.receipts.set(key, { result });
      return result;
    },
    async progress() {},
    async spend() {
      return { models: calls === 0 ? [] : ['stand-in/model'], calls, usage, offline, costUsd: calls * 0.001, costStatus: 'known' };
    },
  };
}

/** A model's answer with these findings. */
export function answer(findings: readonly Partial<Record<string, unknown>>[] = [], summary = 'It changes things.'): string {
  return JSON.stringify({
    summary,
    findings: findings.map((finding) => ({
      path: 'src/a.ts', side: 'RIGHT', startLine: 1, endLine: 1, severity: 'medium', category: 'correctness', confidence: 0.9,
      title: 'Something is wrong', explanation: 'It does the wrong thing.', suggestedChange: null, ...finding,
    })),
  });
}
