import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createEmbeddedState } from '../../agent-runtime/src/stores/state/embedded.ts';
import type { State } from '../../agent-runtime/src/stores/state/state.ts';
import { describeState, type StateBench } from './state-cases.ts';

async function embeddedBench(): Promise<StateBench> {
  const folder = await mkdtemp(join(tmpdir(), 'aios-state-'));
  const states: State[] = [];
  return {
    open() {
      const state = createEmbeddedState({ folder });
      states.push(state);
      return state;
    },
    async close() {
      await Promise.all(states.map((state) => state.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

describeState('the embedded state', embeddedBench);

test('a folder that cannot be used is an error that names the setting', () => {
  expect(() => createEmbeddedState({ folder: '/dev/null/aios' })).toThrow('AIOS_DATA_DIR');
});
