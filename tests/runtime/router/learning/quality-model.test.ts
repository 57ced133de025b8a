import { expect, test } from '@jest/globals';
import type { CatalogueEntry } from '../../../../agent-runtime/src/router/catalogue/catalogue.ts';
import { createQualityModel } from '../../../../agent-runtime/src/router/create-quality-model.ts';

const entry = (id: string, quality: number) => ({ model: { id }, quality, price: { status: 'free' } }) as CatalogueEntry;
const [weak, strong] = [entry('local/weak', 0.3), entry('cloud/strong', 0.9)];

test('what one answer taught shifts a standing a little, and many let a weak model pass a strong one', async () => {
  const model = await createQualityModel({ records: { loadState: async () => undefined, saveState: async () => undefined }, now: () => 0, log: () => undefined });
  const standings = () => [weak, strong].map((one) => model.standing('chat/completions', one, 0.2)!);
  expect(model.standing('chat/completions', weak, 0.2)).toBeNull();
  model.observe({ operation: 'chat/completions', modelId: weak.model.id, need: 0.2, success: 1 });
  const [weakAfter, strongAfter] = standings();
  expect(weakAfter).toBeGreaterThan(0.3);
  expect(weakAfter).toBeLessThan(0.5);
  expect(strongAfter).toBeCloseTo(0.9, 6);
  for (let time = 0; time < 200; time += 1) model.observe({ operation: 'chat/completions', modelId: strong.model.id, need: 0.2, success: 0 });
  const [weakThen, strongThen] = standings();
  expect(strongThen).toBeLessThan(weakThen!);
  await model.close();
});
