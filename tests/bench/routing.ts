/** `npm run bench:routing [-- --data <folder>]`: how well the router's predictor and its learner route, beside what they must beat. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { missingRoutingData, readMany, readPairs, readPrices } from '../../agent-runtime/scripts/predictor/routing-data.ts';
import { benchCurve } from './routing/curve.ts';
import { benchFrontier } from './routing/frontier.ts';
import { readNine } from './routing/nine.ts';
import { benchPair } from './routing/pair.ts';
import { benchSpeed } from './routing/speed.ts';

const { values } = parseArgs({ options: { data: { type: 'string', default: fileURLToPath(new URL('../../../shared/data/routing', import.meta.url)) } } });
const folder = resolve(values.data);
const missing = missingRoutingData(folder);
if (missing) {
  console.error(missing);
  process.exit(2);
}

const pairs = readPairs(folder);
const many = readMany(folder);
const nine = readNine(many, readPrices(folder));
const targets = [...benchPair(pairs, many), ...benchFrontier(nine), ...benchCurve(nine), ...benchSpeed([...pairs, ...many].map(({ prompt }) => prompt))];

console.log('\nTargets');
for (const { name, met, figure } of targets) console.log(`  ${met ? 'met   ' : 'MISSED'}  ${name}: ${figure}`);
process.exitCode = targets.every(({ met }) => met) ? 0 : 1;
