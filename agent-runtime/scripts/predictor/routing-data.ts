import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A question of MMLU, and whether each of the two models was right (1 or 0). */
export interface PairRow { prompt: string; subject: string; weak: number; strong: number }
/** A question that nine models were asked, each with its score, 0 to 1. */
export interface ManyRow { prompt: string; scores: Record<string, number> }
/** USD per million tokens. */
export interface Price { input: number; output: number }

function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const endCell = () => { row.push(cell); cell = ''; };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]!;
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') { cell += letter; at += 1; } else quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === ',') endCell();
    else if (letter === '\n') { endCell(); rows.push(row); row = []; } else if (letter !== '\r') cell += letter;
  }
  if (cell || row.length > 0) { endCell(); rows.push(row); }
  return rows;
}

/** Says what is missing and where it comes from, or nothing. */
export function missingRoutingData(folder: string): string | undefined {
  if (existsSync(join(folder, 'mmlu')) && existsSync(join(folder, 'multi-model/train.json')) && existsSync(join(folder, 'multi-model/models.json'))) return undefined;
  return `No routing data in ${folder}. It needs mmlu/mmlu_<subject>.csv (lm-sys/RouteLLM, Apache-2.0) and multi-model/train.json and models.json (ulab-uiuc/LLMRouter, MIT). Name the folder with --data <folder>.`;
}

export function readPairs(folder: string): PairRow[] {
  return readdirSync(join(folder, 'mmlu')).filter((name) => name.endsWith('.csv')).sort().flatMap((name) =>
    parseCsv(readFileSync(join(folder, 'mmlu', name), 'utf8')).slice(1).map(([prompt = '', weak, strong]) => (
      { prompt, subject: name.replace(/^mmlu_|\.csv$/g, ''), weak: Number(weak === 'True'), strong: Number(strong === 'True') })));
}

export function readMany(folder: string): ManyRow[] {
  const rows = JSON.parse(readFileSync(join(folder, 'multi-model/train.json'), 'utf8')) as { question: string; scores: Record<string, number> }[];
  return rows.map(({ question, scores }) => ({ prompt: question, scores }));
}

export function readPrices(folder: string): Record<string, Price> {
  const models = JSON.parse(readFileSync(join(folder, 'multi-model/models.json'), 'utf8')) as Record<string, { input_price: number; output_price: number }>;
  return Object.fromEntries(Object.entries(models).map(([name, { input_price: input, output_price: output }]) => [name, { input, output }]));
}
