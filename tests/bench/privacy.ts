import { existsSync } from 'node:fs';
import path from 'node:path';
import { reportGenerated } from './privacy/generated.ts';
import { reportLabels } from './privacy/labels.ts';
import { reportSourceCode } from './privacy/source-code.ts';
import { reportSpeed } from './privacy/speed.ts';

/** `npm run bench:privacy [folder of the data sets]`: what the router finds and how fast; the figures of docs/privacy.md. */
const root = path.join(import.meta.dirname, '..', '..');
const data = process.argv[2] ?? path.join(root, '..', 'shared', 'data');
const labels = path.join(data, 'privacy', 'labels.json');
const questions = path.join(data, 'routing', 'multi-model', 'train.json');
if (existsSync(labels) && existsSync(questions)) await reportLabels(labels, questions);
else console.log(`No data sets in ${data}: give their folder to have the categories measured.`);
await reportGenerated();
const packages = ['fastify', 'undici', 'zod', 'kysely', 'openai', '@anthropic-ai/sdk', 'eslint', 'yaml', 'semver', 'typescript-eslint', 'diff'];
await reportSourceCode([path.join(root, 'agent-runtime', 'src'), ...packages.map((name) => path.join(root, 'node_modules', name)).filter((folder) => existsSync(folder))]);
await reportSpeed(path.join(root, 'node_modules', 'typescript', 'lib', 'typescript.js'));
