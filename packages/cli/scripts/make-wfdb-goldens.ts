/**
 * Makes test/wfdb-tools.json: records written by this library and by wrsamp(1), and what rdsamp(1) and rdann(1) print of
 * them. Run by hand, with the WFDB Software Package 10.7 in PATH:
 *
 *     npx vite-node --config vitest.config.ts packages/cli/scripts/make-wfdb-goldens.ts
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Annotation, Lead } from '@ecgpu/ecg-dsp';
import { encodeAnnotations, writeRecord } from '@ecgpu/ecg-dsp/writing';

interface Case {
  readonly tool: 'rdsamp' | 'rdann';
  readonly args: readonly string[];
  readonly out: string;
}
/** Files are text where they are headers, base64 otherwise. */
interface Golden {
  readonly by: string;
  readonly files: Record<string, string>;
  readonly cases: Case[];
}

const BITS = { 8: 8, 16: 16, 24: 24, 32: 32, 61: 16, 80: 8, 160: 16, 212: 12, 310: 10, 311: 10 };
/** Neither a multiple of 2 nor of 3: formats that pack samples end in the middle of a block. */
const LENGTH = 11;
const END = ['-t', `s${LENGTH}`];
const READ = [END, [...END, '-p', '-v'], [...END, '-P', '-c', '-f', 's4']];

const folder = mkdtempSync(join(tmpdir(), 'ecgpu-wfdb-'));
const goldens: Record<string, Golden> = {};
const run = (tool: string, args: readonly string[], input = ''): string =>
  execFileSync(tool, args, { cwd: folder, env: { ...process.env, WFDB: '.' }, input, encoding: 'utf8' });

function keep(record: string, by: string, calls: readonly (readonly ['rdsamp' | 'rdann', readonly string[]])[]): void {
  const files: Record<string, string> = {};
  for (const file of readdirSync(folder)) {
    const bytes = readFileSync(join(folder, file));
    files[file] = file.endsWith('.hea') ? bytes.toString('utf8') : bytes.toString('base64');
  }
  const cases = calls.map(([tool, args]) => ({ tool, args, out: run(tool, ['-r', record, ...args]) }));
  goldens[record] = { by, files, cases };
  for (const file of readdirSync(folder)) rmSync(join(folder, file));
}

const put = (name: string, bytes: string | Uint8Array): void => writeFileSync(join(folder, name), bytes);
const int16 = (values: readonly number[]): Uint8Array => new Uint8Array(Int16Array.from(values).buffer);

/** Whole numbers that fill a format, the last one of each lead near its end; some missing where the format can say so. */
function leads(format: number, bits: number): Lead[] {
  const highest = 2 ** (bits - 1) - 1;
  return [0, 1, 2].map((lead) => {
    const samples = Float64Array.from({ length: LENGTH }, (_, i) => {
      if (format === 8) return Math.round(100 * Math.sin(i + lead));
      if ((i + lead) % 5 === 3) return Number.NaN;
      return Math.round(highest * Math.sin(1.57 * (i + 1) + lead));
    });
    return { name: `lead ${lead}`, units: lead === 1 ? 'mmHg' : 'mV', samples };
  });
}

const ANNOTATIONS: Annotation[] = [
  { sample: 0, symbol: '+', subtype: 0, channel: 0, number: 0, aux: '(AFIB' },
  { sample: 3, symbol: 'N', subtype: 0, channel: 0, number: 0, aux: '' },
  { sample: 3, symbol: 'V', subtype: -3, channel: 1, number: 7, aux: 'odd' },
  { sample: 1026, symbol: '"', subtype: 127, channel: 255, number: -128, aux: 'a note with blanks' },
  { sample: 20_000_000, symbol: '[15]', subtype: 0, channel: 0, number: 0, aux: '' },
  { sample: 20_001_024, symbol: '[42]', subtype: 0, channel: 2, number: 0, aux: '' },
];
const RDANN = [[], ['-v'], ['-e', '-v'], ['-x', '-v'], ['-p', 'N', 'V'], ['-s', '-3'], ['-c', '2'], ['-n', '7', '-x']];

for (const [code, bits] of Object.entries(BITS)) {
  const format = Number(code);
  const record = { fs: 360, length: LENGTH, leads: leads(format, bits), comments: [], diagnostics: [] };
  const name = `ours${code}`;
  for (const file of writeRecord({ ...record, name }, { format, gain: 1 })) put(file.name, file.bytes);
  put(`${name}.tst`, encodeAnnotations(ANNOTATIONS, { fs: 360 }));
  // The C library reads a range of format 8 as if the samples before it were 0.
  const reads = format === 8 ? READ.filter((args) => !args.includes('-f')) : READ;
  const listings = format === 16 ? RDANN.map((args) => ['rdann', ['-a', 'tst', ...args]] as const) : [];
  keep(name, 'writeRecord', [...reads.map((args) => ['rdsamp', args] as const), ...listings]);

  const rows = Array.from({ length: LENGTH }, (_, i) => record.leads.map(({ samples }) => samples[i] || 0).join(' '));
  run('wrsamp', ['-o', `theirs${code}`, '-O', code, '-F', '360'], `${rows.join('\n')}\n`);
  keep(
    `theirs${code}`,
    'wrsamp',
    reads.map((args) => ['rdsamp', args]),
  );
}

/** A header and an int16 file by hand. */
function byHand(name: string, header: string, samples: number, calls: readonly (readonly string[])[]): void {
  put(`${name}.hea`, header);
  put(
    `${name}.dat`,
    int16(Array.from({ length: samples }, (_, i) => (i % 13 === 5 ? -32768 : ((i * 7919) % 2001) - 1000))),
  );
  keep(
    name,
    'hand',
    calls.map((args) => ['rdsamp', args]),
  );
}

const TIMES = ['-pd', '-pe', '-ph', '-pm', '-ps', '-pS'].flatMap((time) => [
  [time, '-v', '-t', 's9'],
  [time, '-v', '-c', '-t', 's9'],
]);
const one = (name: string): string => `${name}.dat 16 200(3)/mV\n`;
byHand('elapsed', `elapsed 1 360\n${one('elapsed')}`, 9, TIMES);
byHand('daytime', `daytime 1 0.0001 0 23:59:58.25\n${one('daytime')}`, 30, TIMES);
byHand('dated', `dated 1 257.5 0 23:59:59.99 28/02/2024\n${one('dated')}`, 30, TIMES);
byHand('slow', `slow 1 0.3 0 23:59:58.75 31/12/1999\n${one('slow')}`, 30, TIMES);
byHand(
  'rates',
  'rates 3 100\nrates.dat 16x4 200/mV\nrates.dat 16x2 -35(7)/uV 12 0 0 0 0 longer than seven\nrates.dat 16 0.01/litres/minute 12 0 0 0 0 Resp\n',
  7 * 20,
  [
    [],
    ['-p', '-v'],
    ['-P', '-v'],
    ['-H', '-v'],
    ['-H', '-pe', '-f', '0.05'],
    ['-H', '-s', '2', '-pS', '-v'],
    ['-s', 'Resp', '-p'],
  ].map((args) => [...args, '-t', args.includes('-H') ? 's64' : 's16']),
);
byHand(
  'skewed',
  'skewed 3 100\nskewed.dat 16 200/mV\nskewed.dat 16x2:3 200/mV\nskewed.dat 16:1 200/mV\n',
  4 * 20,
  [[], ['-f', 's5', '-p'], ['-H']].map((args) => [...args, '-t', 's15']),
);

function segments(name: string, layout: string): void {
  put('a.hea', 'a 2 100 5\na.dat 16 200/mV 12 0 -300 0 0 II\na.dat 16 400(3)/mV 12 0 -250 0 0 I\n');
  put('b.hea', 'b 2 100 6\nb.dat 16 200/mV 12 0 0 0 0 II\nb.dat 16 400(3)/mV 12 0 0 0 0 I\n');
  const rows = (start: number, count: number): number[] => Array.from({ length: 2 * count }, (_, i) => start + 13 * i);
  put('a.dat', int16(rows(-300, 5)));
  put('b.dat', int16(rows(100, 6)));
  put('c.hea', 'c 1 100 4\nc.dat 16 25/mmHg 12 0 0 0 0 ABP\n');
  put('c.dat', int16(rows(-4, 2)));
  put(
    'layout.hea',
    'layout 3 100 0\n~ 0 200/mV 12 0 0 0 0 I\n~ 0 100(10)/mV 12 0 0 0 0 II\n~ 0 50/mmHg 12 0 0 0 0 ABP\n',
  );
  put(`${name}.hea`, layout);
  const calls = [['-v'], ['-P'], ['-f', 's4', '-t', 's7'], ['-s', 'II', '-p', '-t', 's14']];
  keep(
    name,
    'hand',
    calls.map((args) => ['rdsamp', args]),
  );
}
segments('fixed', 'fixed/3 2 100 14\na 5\n~ 3\nb 6\n');
segments('varied', 'varied/5 3 100 20\nlayout 0\na 5\nc 4\n~ 5\nb 6\n');

rmSync(folder, { recursive: true });
writeFileSync(new URL('../test/wfdb-tools.json', import.meta.url), `${JSON.stringify(goldens, null, 1)}\n`);
