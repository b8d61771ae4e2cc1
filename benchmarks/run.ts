/**
 * Measures kernels, host cost, training, inference and classification against their peers, prints tables and writes one
 * JSON file.
 *
 *   npm run bench -- [--quick] [--only PREFIX] [--out FILE]
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { loadBeats } from './beats.js';
import type { PreparedGroup } from './groups/group.js';
import { type NamedGroup, prepareGroups } from './groups/groups.js';
import { describeMachine, loadNow, readVersions } from './measurement/machine.js';
import { measureGroup, type Pace } from './measurement/measure.js';
import type { BenchmarkResult, GroupResult } from './measurement/result.js';
import { describeGroup } from './measurement/table.js';

const FULL: Pace = { rounds: 15, sampleMilliseconds: 100, budgetMilliseconds: 20_000 };
const QUICK: Pace = { rounds: 3, sampleMilliseconds: 10, budgetMilliseconds: 3_000 };

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, only: { type: 'string' }, out: { type: 'string' } },
});

const start = performance.now();
const date = new Date().toISOString();
const loadBefore = loadNow();
const pace = options.quick ? QUICK : FULL;
const log = (text: string) => process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`);

const groups: GroupResult[] = [];
for (const { name, prepare } of prepareGroups(await loadBeats())) {
  if (options.only !== undefined && !name.startsWith(options.only)) continue;
  const result = await prepareAndMeasure(name, prepare);
  groups.push(result);
  process.stdout.write(`\n${describeGroup(result)}\n`);
}
if (groups.length === 0) throw new Error(`no group's name starts with '${options.only}'`);

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
