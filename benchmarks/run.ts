/**
 * Measures kernels, host cost, training, inference and classification against their peers, prints tables and writes one
 * JSON file.
 * `npm run bench -- --help` says how.
 */
import { writeFile } from 'node:fs/promises';
import { benchArguments } from './arguments.js';
import { loadBeats } from './beats.js';
import type { PreparedGroup } from './groups/group.js';
import { type NamedGroup, prepareGroups } from './groups/groups.js';
import { describeMachine, loadNow, readVersions } from './measurement/machine.js';
import { measureGroup, type Pace } from './measurement/measure.js';
import type { BenchmarkResult, GroupResult } from './measurement/result.js';
import { describeGroup } from './measurement/table.js';

const FULL: Pace = { rounds: 15, sampleMilliseconds: 100, budgetMilliseconds: 20_000 };
const QUICK: Pace = { rounds: 3, sampleMilliseconds: 10, budgetMilliseconds: 3_000 };

const planned = prepareGroups(await loadBeats());
const options = benchArguments(
  process.argv.slice(2),
  planned.map(({ name }) => name),
);
const start = performance.now();
const date = new Date().toISOString();
const loadBefore = loadNow();
const pace = options.quick ? QUICK : FULL;
const log = (text: string) => process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`);

const groups: GroupResult[] = [];
for (const { name, prepare } of planned) {
  if (options.only.length > 0 && !options.only.some((start) => name.startsWith(start))) continue;
  const result = await prepareAndMeasure(name, prepare);
  groups.push(result);
  process.stdout.write(`\n${describeGroup(result)}\n`);
}

const result: BenchmarkResult = {
  format: 'ecgpu-benchmark',
  formatVersion: 1,
  date,
  seconds: Math.round((performance.now() - start) / 1000),
  machine: await describeMachine(loadBefore),
  versions: await readVersions(),
  pace: { rounds: pace.rounds, sampleMilliseconds: pace.sampleMilliseconds },
  groups,
};
if (options.out !== undefined) await writeFile(options.out, `${JSON.stringify(result, null, 1)}\n`);

/** A group that cannot be prepared, without an adapter for instance, is reported like a row that cannot run. */
async function prepareAndMeasure(name: string, prepare: NamedGroup['prepare']): Promise<GroupResult> {
  let prepared: PreparedGroup;
  try {
    prepared = await prepare();
  } catch (error) {
    const row = { name, skipped: error instanceof Error ? error.message : String(error) };
    return { name, what: 'not prepared', tolerance: 0, reference: '', rows: [row] };
  }
  try {
    return await measureGroup(prepared.group, pace, log);
  } finally {
    await prepared.remove();
  }
}

// Dawn and tfjs keep the process alive with nothing left to do.
process.exit(0);
