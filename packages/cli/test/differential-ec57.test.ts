import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeAnnotations } from '@ecgpu/ecg-dsp/writing';
import { afterAll, describe, expect, it } from 'vitest';
import { Dice, randomRecord } from './ec57/random-record.js';
import { ecgpu } from './run-ecgpu.js';
import { temporaryFolder } from './temporary-folder.js';

/**
 * Our output beside that of bxb, rxr and sumstats, where WFDB_BIN names the folder that they are in: EC57_BATCHES sets of
 * records (20) from seed EC57_SEED (1) on. EC57_KEEP names a folder for the files of the sets that differ.
 */
const programs = process.env['WFDB_BIN'];
const batches = Number(process.env['EC57_BATCHES'] ?? 20);
const firstSeed = Number(process.env['EC57_SEED'] ?? 1);
const keep = process.env['EC57_KEEP'];

const reports = ['s', 'S', 'c', 'C'];
const beatForms = [
  ...['', '-v', '-v -S -', '-l - -', '-L - -', '-l - l3.txt', '-L L3.txt -', '-o', '-o -S -'],
  ...reports.flatMap((form) => [`-${form} -`, `-${form} ${form}.txt`]),
  ...['-l l1.txt l2.txt', '-L L1.txt L2.txt'],
];
const runForms = [
  ...['', '-v', '-v -S -', '-l -', '-L - -', '-l rl.txt', '-L rL1.txt rL2.txt'],
  ...reports.flatMap((form) => [`-${form} -`, `-${form} r${form}.txt`]),
];
const tables = ['l1', 'l2', 'L1', 'L2', 'rl', 'rL1', 'rL2'];
const scopes = [
  ...['', '', '', '-f 0', '-f 0', '-f s1000 -t 200', '-t 0', '-f 0 -t 0', '-t 5:30', '-f 1:00.5 -t 0:4:0 -w 0.1'],
  ...['-w 0.3', '-f 0 -w 0', '-f 310', '-f 5:0'],
];

interface Command {
  readonly line: string;
  /** Annotation file that it writes. */
  readonly output: string | undefined;
}

describe('bxb, rxr and sumstats', () => {
  const inFolder = temporaryFolder();
  const home = process.cwd();
  afterAll(() => process.chdir(home));

  it('print what we print', { timeout: 24 * 3600 * 1000 }, async (context) => {
    if (programs === undefined) return context.skip('WFDB_BIN does not name the folder of bxb, rxr and sumstats');
    const differences = new Map<string, number>();
    const note = (what: string): void => void differences.set(what, (differences.get(what) ?? 0) + 1);
    let compared = 0;
    for (let seed = firstSeed; seed < firstSeed + batches; seed++) {
      const before = differences.size;
      const [ours, theirs] = [inFolder(`${seed}`, 'ours'), inFolder(`${seed}`, 'theirs')];
      const commands = batch(seed, [ours, theirs]);
      runTheirs(commands, theirs, programs);
      process.chdir(ours);
      for (const [index, { line, output }] of commands.entries()) {
        const { out } = await ecgpu([...line.split(/ +/), ...(output ? ['--force'] : [])]);
        const expected = readFileSync(join(theirs, `${index}.out`), 'latin1');
        // rxr ends without a word where one file has no annotation to compare.
        if (line.startsWith('rxr') && expected === '') continue;
        compared++;
        if (out !== expected) note(`${seed} ${line}`);
        if (output === undefined) continue;
        const [mine, wanted] = [output, join(theirs, `${index}.annotations`)].map((path) =>
          existsSync(path) ? readFileSync(path, 'latin1') : '',
        );
        if (mine !== wanted) note(`${seed} ${line} (annotations)`);
        if (existsSync(output)) copyFileSync(output, `${index}.annotations`);
      }
      for (const name of readdirSync(theirs).filter((name) => name.endsWith('.txt') && !name.startsWith('r'))) {
        compared++;
        if (readFileSync(name, 'latin1') !== readFileSync(join(theirs, name), 'latin1')) note(`${seed} ${name}`);
      }
      process.chdir(home);
      if (keep && differences.size > before) spawnSync('cp', ['-r', inFolder(`${seed}`), keep]);
      rmSync(inFolder(`${seed}`), { recursive: true });
    }
    console.log([`${compared} outputs compared, ${differences.size} differ`, ...differences.keys()].join('\n'));
    expect([...differences.keys()]).toEqual([]);
  });
});

/** Writes the records of a set into both folders, and gives the command lines to run there. */
function batch(seed: number, folders: readonly string[]): Command[] {
  const dice = new Dice(seed);
  const scope = dice.of(scopes);
  const records = ['1', '100', 'r1234', 'longername'].map((name) => randomRecord(dice, name));
  for (const folder of folders) {
    mkdirSync(folder, { recursive: true });
    for (const { name, fs, length, reference, test } of records) {
      writeFileSync(join(folder, `${name}.hea`), `${name} 0 ${fs}${length ? ` ${length}` : ''}\n`);
      writeFileSync(join(folder, `${name}.ref`), encodeAnnotations(reference));
      writeFileSync(join(folder, `${name}.tst`), encodeAnnotations(test));
    }
  }
  const command = (program: string, form: string, record: string): Command => ({
    line: `${program} -r ${record} ${scope} ${form} -a ref tst`.replaceAll(/ +/g, ' '),
    output: form.includes('-o') ? `${record}.bxb` : undefined,
  });
  return [
    ...records.flatMap(({ name }) => [
      ...beatForms.map((form) => command('bxb', form, name)),
      ...runForms.map((form) => command('rxr', form, name)),
    ]),
    ...tables.map((table) => ({ line: `sumstats ${table}.txt`, output: undefined })),
  ];
}

/** One shell for the whole set: starting a process from here takes as long as the program. */
function runTheirs(commands: readonly Command[], folder: string, programs: string): void {
  const script = commands.map(({ line, output }, index) => {
    const move = output === undefined ? '' : `; mv ${output} ${index}.annotations`;
    return `"${programs}"/${line} > ${index}.out 2> ${index}.err${move}`;
  });
  // bxb -o has sortann put its output in order.
  const env = { ...process.env, WFDB: '.', PATH: `${programs}:${process.env['PATH']}` };
  spawnSync('bash', ['-c', script.join('\n')], { cwd: folder, env });
}
