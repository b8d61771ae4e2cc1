import type { Command } from 'commander';
import { type Console, printJson } from '../output/console.js';
import { printable } from '../output/printable.js';
import { type BenchmarkFile, type BenchmarkRow, readBenchmarkFile } from './benchmark-file.js';

/** Adds `bench compare`: two runs of the benchmarks side by side. */
export function registerBench(program: Command, console: Console): void {
  program
    .command('bench')
    .description("results of the project's benchmarks")
    .addHelpText('after', '\nExamples:\n  ecgpu bench compare laptop.json server.json')
    .command('compare')
    .description('two result files side by side: machines, GPUs or versions')
    .argument('<a>', 'JSON that `npm run bench -- --out FILE` wrote')
    .argument('<b>', 'the other one')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
b/a is how many times b's median time is a's: below 1, b is faster. A difference smaller than the two runs' quartiles
is marked ~ : it may be chance.

Examples:
  ecgpu bench compare laptop.json server.json
  ecgpu bench compare before.json after.json --json`,
    )
    .action(async (a: string, b: string, { json }: { readonly json?: boolean }) => {
      const files = [await readBenchmarkFile(a), await readBenchmarkFile(b)] as const;
      const lines = compare(...files);
      if (json) printJson(console, { files: files.map(({ groups: _, ...file }) => file), rows: lines });
      else console.out(describe(files, lines));
    });
}

export interface ComparedRow {
  readonly group: string;
  readonly name: string;
  readonly a: BenchmarkRow | undefined;
  readonly b: BenchmarkRow | undefined;
  /** Median of b over median of a, where both were measured. */
  readonly ratio: number | undefined;
  /** The quartiles of the two do not overlap. */
  readonly apart: boolean;
}

/** Every row that either file has, in the order of a, what only b has behind it. */
export function compare(a: BenchmarkFile, b: BenchmarkFile): ComparedRow[] {
  const rows: ComparedRow[] = [];
  for (const group of union(a.groups.map(nameOf), b.groups.map(nameOf))) {
    const [left, right] = [a, b].map(({ groups }) => groups.find(({ name }) => name === group)?.rows ?? new Map());
    for (const name of union([...left!.keys()], [...right!.keys()])) {
      rows.push({ group, name, ...compareRow(left!.get(name), right!.get(name)) });
    }
  }
  return rows;
}

const nameOf = ({ name }: { readonly name: string }) => name;
const union = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])];

function compareRow(a: BenchmarkRow | undefined, b: BenchmarkRow | undefined): Omit<ComparedRow, 'group' | 'name'> {
  if (a === undefined || b === undefined || 'skipped' in a || 'skipped' in b || a.median === 0) {
    return { a, b, ratio: undefined, apart: false };
  }
  return { a, b, ratio: b.median / a.median, apart: a.upper < b.lower || b.upper < a.lower };
}

function describe(files: readonly [BenchmarkFile, BenchmarkFile], rows: readonly ComparedRow[]): string {
  const lines: string[] = [];
  for (const [index, { path, date, cpu, cores, load, adapter, engine }] of files.entries()) {
    const on = `${cores} × ${cpu}, load ${load.join(' to ')}, ${adapter ?? 'no WebGPU adapter'}`;
    lines.push(printable(`${'ab'[index]}: ${path}, ${date}, engine ${engine ?? 'unknown'}`), printable(`   ${on}`));
  }
  const width = Math.max(...rows.map(({ name }) => printable(name).length));
  let group: string | undefined;
  for (const row of rows) {
    if (row.group !== group) {
      group = row.group;
      lines.push('', printable(group), `  ${''.padEnd(width)}  ${'a ms'.padStart(10)}  ${'b ms'.padStart(10)}     b/a`);
    }
    const times = [row.a, row.b].map((each) => showTime(each).padStart(10)).join('  ');
    const ratio = row.ratio === undefined ? '' : `${row.apart ? '  ' : ' ~'}${row.ratio.toFixed(2).padStart(6)}`;
    lines.push(`  ${printable(row.name).padEnd(width)}  ${times}${ratio}`);
  }
  return `${lines.join('\n')}\n`;
}

function showTime(row: BenchmarkRow | undefined): string {
  if (row === undefined) return '-';
  return 'skipped' in row ? 'skipped' : row.median.toPrecision(3);
}
