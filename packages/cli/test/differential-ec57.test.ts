import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RecordSource, readAnnotations, readRecord } from '@ecgpu/ecg-dsp';
import { findDetector } from '@ecgpu/ecg-dsp/detectors';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { encodeAnnotations } from '@ecgpu/ecg-dsp/writing';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { dataFolder } from '../../ecg-dsp/test/data-folder.js';
import { type AnnotatedRecord, Dice, damaged, mark, randomRecord } from './ec57/random-record.js';
import { ecgpu } from './run-ecgpu.js';
import { temporaryFolder } from './temporary-folder.js';

/**
 * Our output beside that of bxb, rxr and sumstats, where WFDB_BIN names the folder that they are in: EC57_BATCHES sets of
 * records (20) from seed EC57_SEED (1) on, made ones and, where ECG_DATA is, those of MIT-BIH in turn. EC57_KEEP names a folder for the files of the sets that differ.
 */
const programs = process.env['WFDB_BIN'];
const batches = Number(process.env['EC57_BATCHES'] ?? 20);
const firstSeed = Number(process.env['EC57_SEED'] ?? 1);
const keep = process.env['EC57_KEEP'];

const DAY_MS = 24 * 3600 * 1000;
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

  it('print what we print of made records', { timeout: DAY_MS }, async (context) => {
    const tally = new Tally();
    for (let seed = firstSeed; seed < firstSeed + batches; seed++) {
      const dice = new Dice(seed);
      const scope = dice.of(scopes);
      const records = ['1', '100', 'r1234', 'longername'].map((name) => randomRecord(dice, name));
      await compareSet(`${seed}`, records, scope, inFolder(`${seed}`), programsOf(context), tally);
    }
    tally.report();
  });

  it('print what we print of MIT-BIH', { timeout: DAY_MS }, async (context) => {
    const programs = programsOf(context);
    const source = folderSource(dataFolder(context, 'mitdb'));
    const names = readdirSync(dataFolder(context, 'mitdb')).filter((name) => /^\d+\.atr$/.test(name));
    const tally = new Tally();
    for (let seed = firstSeed; seed < firstSeed + batches; seed++) {
      const dice = new Dice(seed);
      const scope = seed % 2 ? '' : dice.of(scopes);
      const name = names[(seed - firstSeed) % names.length]!.slice(0, -'.atr'.length);
      const records = await realRecords(dice, source, name);
      await compareSet(`${seed}`, records, scope, inFolder(`${seed}`), programs, tally);
    }
    tally.report();
  });
});

function programsOf(context: TestContext): string {
  return programs ?? context.skip('WFDB_BIN does not name the folder of bxb, rxr and sumstats');
}

class Tally {
  private compared = 0;
  private readonly differing = new Set<string>();

  get differences(): number {
    return this.differing.size;
  }

  add(what: string, mine: string, theirs: string): void {
    this.compared++;
    if (mine !== theirs) this.differing.add(what);
  }

  report(): void {
    console.log([`${this.compared} outputs compared, ${this.differences} differ`, ...this.differing].join('\n'));
    expect([...this.differing]).toEqual([]);
  }
}

/** Three tests of a record of MIT-BIH: its reference damaged twice, and what our detector finds in its first lead. */
async function realRecords(dice: Dice, source: RecordSource, name: string): Promise<AnnotatedRecord[]> {
  const { annotations: reference } = await readAnnotations(source, name, 'atr');
  const { fs, length, leads } = await readRecord(source, name);
  const found = findDetector('ecgpu').detect(leads[0]!.samples, fs).samples;
  const detected = [...found].map((sample) => mark(sample, 'N'));
  const tests = [damaged(dice, reference, fs, length), damaged(dice, reference, fs, length), detected];
  return tests.map((test, index) => ({ name: `${name}${index || ''}`, fs, length, reference, test }));
}

async function compareSet(
  set: string,
  records: readonly AnnotatedRecord[],
  scope: string,
  folder: string,
  programs: string,
  tally: Tally,
): Promise<void> {
  const home = process.cwd();
  const before = tally.differences;
  const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs')];
  for (const place of [ours, theirs]) writeRecords(records, place);
  const commands = commandsFor(records, scope);
  runTheirs(commands, theirs, programs);
  process.chdir(ours);
  for (const [index, { line, output }] of commands.entries()) {
    const table = /^sumstats (.*)/.exec(line)?.[1];
    if (table) copyFileSync(join(theirs, table), table);
    const { out } = await ecgpu([...line.split(/ +/), ...(output ? ['--force'] : [])]);
    const expected = readFileSync(join(theirs, `${index}.out`), 'latin1');
    // rxr ends without a report where one file has no annotation to compare.
    const ended = expected === '' || (line.includes(' -v ') && !expected.includes('Predictivity Summary'));
    if (line.startsWith('rxr') && (ended || (await misread(line, records)))) continue;
    tally.add(`${set} ${line}`, out, expected);
    if (output === undefined) continue;
    const [mine, wanted] = [output, join(theirs, `${index}.annotations`)].map((path) =>
      existsSync(path) ? readFileSync(path, 'latin1') : '',
    );
    tally.add(`${set} ${line} (annotations)`, mine!, wanted!);
    if (existsSync(output)) copyFileSync(output, `${index}.annotations`);
  }
  for (const name of readdirSync(theirs).filter((name) => name.endsWith('.txt') && !name.startsWith('r'))) {
    tally.add(`${set} ${name}`, readFileSync(name, 'latin1'), readFileSync(join(theirs, name), 'latin1'));
  }
  process.chdir(home);
  if (keep && tally.differences > before) spawnSync('cp', ['-r', folder, keep]);
  rmSync(folder, { recursive: true });
}

/**
 * Whether the last annotation that rxr reads of a file is a rhythm or a noise mark: it reads the file again from the state
 * that this left.
 */
async function misread(line: string, records: readonly AnnotatedRecord[]): Promise<boolean> {
  const plain = line.replace(/ -v| -[sScCl] \S+| -L \S+ \S+/g, '').split(' ');
  const { out } = await ecgpu([...plain, '--json']);
  const { record, end } = (JSON.parse(out) as { records: { record: string; end: number }[] }).records[0]!;
  const { reference, test } = records.find(({ name }) => name === record)!;
  return [reference, test].some((file) => {
    const last = file.find(({ sample }) => sample > end) ?? file.at(-1);
    return last?.symbol === '+' || last?.symbol === '~';
  });
}

function writeRecords(records: readonly AnnotatedRecord[], folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, fs, length, reference, test } of records) {
    writeFileSync(join(folder, `${name}.hea`), `${name} 0 ${fs}${length ? ` ${length}` : ''}\n`);
    writeFileSync(join(folder, `${name}.ref`), encodeAnnotations(reference));
    writeFileSync(join(folder, `${name}.tst`), encodeAnnotations(test));
  }
}

function commandsFor(records: readonly AnnotatedRecord[], scope: string): Command[] {
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
