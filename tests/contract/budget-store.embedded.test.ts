import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { BudgetStore } from '../../agent-runtime/src/stores/state/budget-store.ts';
import { createEmbeddedBudgetStore } from '../../agent-runtime/src/stores/state/embedded.ts';
import { describeBudgetStore, type BudgetStoreBench } from './budget-store-cases.ts';
import { describeBudgetProcesses } from './budget-store-processes.ts';
import { moduleOf } from './run-program.ts';

async function embeddedBench(): Promise<BudgetStoreBench> {
  const folder = await mkdtemp(join(tmpdir(), 'aios-state-'));
  const stores: BudgetStore[] = [];
  return {
    open(seed) {
      const store = createEmbeddedBudgetStore({ folder, seed });
      stores.push(store);
      return store;
    },
    driver: { module: moduleOf('embedded'), create: 'createEmbeddedBudgetStore', options: { folder } },
    async close() {
      await Promise.all(stores.map((store) => store.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

describeBudgetStore('the embedded budget store', embeddedBench);
describeBudgetProcesses('the embedded budget store', embeddedBench);

test('a folder that cannot be used is an error that names the setting', () => {
  expect(() => createEmbeddedBudgetStore({ folder: '/dev/null/aios' })).toThrow('AIOS_DATA_DIR');
});
