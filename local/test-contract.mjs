import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runPrepared } from './run-prepared.mjs';

/**
 * `npm run test:contract`: every store's suite on every driver whose server can be started here, and the sandbox; then a
 * table of drivers by suites. Servers are plain processes on free loopback ports. What is given goes to jest.
 */
const report = process.env.AIOS_TEST_REPORT ?? path.join(tmpdir(), `aios-contract-${process.pid}.json`);
const SUITES = ['queue', 'records', 'routing-records', 'state', 'budget-store', 'artifacts', 'vectors'];

/** @typedef {{ passed: number, failed: number, skipped: Set<string> }} Cell */
/** @typedef {{ status: string, title: string, fullName: string }} Assertion */
/** @typedef {{ name: string, message: string, assertionResults: Assertion[] }} File */

const exitCode = await runPrepared({
  n8n: false,
  commands: [{
    title: 'suites of all stores on all drivers, and the sandbox',
    parameters: [
      '--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js', '--testTimeout=60000', '--maxWorkers=2',
      '--json', `--outputFile=${report}`, ...process.argv.slice(2), '--selectProjects', 'contract', 'servers',
    ],
  }],
});
if (existsSync(report)) {
  print(/** @type {{ testResults: File[] }} */ (JSON.parse(readFileSync(report, 'utf8'))).testResults);
  if (!process.env.AIOS_TEST_REPORT) rmSync(report);
}
process.exit(exitCode);

/** @param {File[]} files */
function print(files) {
  /** @type {Map<string, Map<string, Cell>>} */
  const rows = new Map();
  /** @type {Set<string>} */
  const reasons = new Set();
  for (const { name, message, assertionResults } of files) {
    const [suite = '', kind = ''] = path.basename(name).split('.');
    // What is peculiar to a driver stands in files of its own: records.postgres-outage.test.ts.
    const driver = SUITES.includes(suite) ? kind.split('-')[0] ?? kind : 'host';
    const column = SUITES.includes(suite) ? suite : 'sandbox';
    if (assertionResults.length === 0) cell(rows, driver, column).failed += message === '' ? 0 : 1;
    for (const { status, title, fullName } of assertionResults) {
      // One file may run its suite on several versions of a server, each named in its tests.
      const version = /^.*?\bRabbitMQ (\d+)/.exec(fullName)?.[1];
      const own = cell(rows, version ? `${driver} ${version}` : driver, column);
      if (status === 'passed') own.passed += 1;
      else if (status === 'failed') own.failed += 1;
      else {
        own.skipped.add(title);
        reasons.add(`${driver}: ${title}`);
      }
    }
  }
  const columns = [...SUITES, 'sandbox'].filter((column) => [...rows.values()].some((row) => row.has(column)));
  console.log(`\n${'driver'.padEnd(12)}${columns.map((column) => column.padStart(17)).join('')}`);
  for (const [driver, row] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(driver.padEnd(12) + columns.map((column) => text(row.get(column)).padStart(17)).join(''));
  }
  for (const reason of reasons) console.log(`skipped  ${reason}`);
}

/** @param {Map<string, Map<string, Cell>>} rows @param {string} driver @param {string} column */
function cell(rows, driver, column) {
  const row = rows.get(driver) ?? new Map();
  rows.set(driver, row);
  const own = row.get(column) ?? { passed: 0, failed: 0, skipped: new Set() };
  row.set(column, own);
  return own;
}

/** @param {Cell | undefined} cell */
function text(cell) {
  if (!cell) return '';
  if (cell.failed > 0) return `${cell.failed} FAILED`;
  return cell.skipped.size > 0 ? `${cell.passed} ok, skipped` : `${cell.passed} ok`;
}
