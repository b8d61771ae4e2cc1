import { readFile } from 'node:fs/promises';
import { EcgError } from '@ecgpu/ecg-dsp';

/** What a comparison needs of the file that `npm run bench -- --out FILE` writes. */
export interface BenchmarkFile {
  readonly path: string;
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly load: readonly number[];
  /** What WebGPU computed on; undefined where there was nothing. */
  readonly adapter: string | undefined;
  readonly engine: string | undefined;
  readonly groups: readonly BenchmarkGroup[];
}

export interface BenchmarkGroup {
  readonly name: string;
  readonly rows: ReadonlyMap<string, BenchmarkRow>;
}

export type BenchmarkRow = BenchmarkTime | { readonly skipped: string };

export interface BenchmarkTime {
  /** Milliseconds of one iteration. */
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads a result file, which may come from anywhere. Throws FILE_NOT_FOUND, or FORMAT saying which value is not there. */
export async function readBenchmarkFile(path: string): Promise<BenchmarkFile> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new EcgError('FILE_NOT_FOUND', `${path} cannot be read (${cause instanceof Error ? cause.message : cause})`, {
      where: path,
      fix: 'Name a file that `npm run bench -- --out FILE` has written.',
      cause,
    });
  });
  const reader = new Reader(path);
  const file = reader.fields(reader.parse(text), 'the file');
  if (file['format'] !== 'ecgpu-benchmark' || file['formatVersion'] !== 1) {
    throw reader.error('is no result of the benchmarks in version 1');
  }
  const machine = reader.fields(file['machine'], 'machine');
  const adapter = machine['adapter'] === null ? undefined : reader.fields(machine['adapter'], 'machine.adapter');
  const { '@ecgpu/engine': engine } = reader.fields(file['versions'], 'versions');
  return {
    path,
    date: reader.text(file['date'], 'date'),
    cpu: reader.text(machine['cpu'], 'machine.cpu'),
    cores: reader.number(machine['cores'], 'machine.cores'),
    load: reader.list(machine['load'], 'machine.load').map((value) => reader.number(value, 'machine.load')),
    adapter: adapter && reader.text(adapter['description'], 'machine.adapter.description'),
    engine: engine === undefined ? undefined : reader.text(engine, 'versions'),
    groups: reader.list(file['groups'], 'groups').map((group) => reader.group(group)),
  };
}

class Reader {
  constructor(readonly path: string) {}

  error(message: string): EcgError {
    return new EcgError('FORMAT', `${this.path} ${message}`, {
      where: this.path,
      fix: 'Name a file that `npm run bench -- --out FILE` has written, as it was written.',
    });
  }

  parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw this.error('is not JSON');
    }
  }

  fields(value: unknown, name: string): Fields {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
    throw this.error(`has no object as ${name}`);
  }

  list(value: unknown, name: string): readonly unknown[] {
    if (Array.isArray(value)) return value;
    throw this.error(`has no list as ${name}`);
  }

  text(value: unknown, name: string): string {
    if (typeof value === 'string') return value;
    throw this.error(`has no text as ${name}`);
  }

  number(value: unknown, name: string): number {
    if (typeof value === 'number' && value >= 0) return value;
    throw this.error(`has no number as ${name}`);
  }

  group(value: unknown): BenchmarkGroup {
    const group = this.fields(value, 'a group');
    const name = this.text(group['name'], "a group's name");
    const rows = this.list(group['rows'], `rows of ${name}`).map((each): [string, BenchmarkRow] => {
      const row = this.fields(each, `a row of ${name}`);
      const label = this.text(row['name'], `a row's name in ${name}`);
      if (row['skipped'] !== undefined) return [label, { skipped: this.text(row['skipped'], label) }];
      const spread = this.fields(row['milliseconds'], `milliseconds of ${label}`);
      const of = (key: string) => this.number(spread[key], `milliseconds.${key} of ${label}`);
      return [label, { median: of('median'), lower: of('lower'), upper: of('upper') }];
    });
    return { name, rows: new Map(rows) };
  }
}
