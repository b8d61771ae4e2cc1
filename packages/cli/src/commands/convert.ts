import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EcgError, type EcgRecord } from '@ecgpu/ecg-dsp';
import { csvChunks, recordToNpy } from '@ecgpu/ecg-dsp/formats';
import { writeFilesAtomic } from '@ecgpu/ecg-dsp/node';
import { encodeAnnotations, type WfdbFile, writeRecord } from '@ecgpu/ecg-dsp/writing';
import { type Command, InvalidArgumentError } from 'commander';
import { positiveNumber } from '../options/numbers.js';
import { addRangeOptions, leadList } from '../options/record-range.js';
import { type Console, printJson } from '../output/console.js';
import { warnOf } from '../output/diagnostics.js';
import { printable } from '../output/printable.js';
import { withinNotes } from '../records/note-length.js';
import { kindOf, type Recording, type RecordingHints, readRecording } from '../records/recording-files.js';
import { UsageError } from '../usage-error.js';

interface ConvertOptions extends RecordingHints {
  readonly format?: number;
  readonly gain?: number;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Suffix of the annotations of an EDF+ file, its time-stamped annotation lists. Not `edf`: that may be the file itself. */
const EDF_ANNOTATOR = 'tal';

/** Adds `convert`: from WFDB, EDF, CSV or NPY to WFDB, CSV or NPY, by the names of the files. */
export function registerConvert(program: Command, console: Console): void {
  const command = program
    .command('convert')
    .description(
      'convert a recording; the formats are told by the names: .edf, .csv, .npy, and a WFDB record otherwise',
    )
    .argument('<in>', 'a WFDB record (dir/100), .edf, .csv, .tsv or .npy')
    .argument('<out>', 'a WFDB record (dir/100), .csv or .npy');
  addRangeOptions(command)
    .option('-s, --signals <leads>', 'leads by name or number, with commas between (default: all)', leadList)
    .option('--fs <Hz>', 'sampling rate, where a .csv or .npy does not say it', positiveNumber)
    .option('--leads <names>', 'names of the columns, where the file has none: MLII,V5', leadList)
    .option('--format <n>', 'WFDB signal format to write: 16, 212, 24, 32, …', signalFormat)
    .option('--gain <n>', "ADC units per unit to write (default: the record's own, else 1000)", positiveNumber)
    .option('--force', 'replace files that are there')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu convert mitdb/100 100.csv
  ecgpu convert mitdb/100 minute -f 5:00 -t 6:00 -s MLII
  ecgpu convert night.edf records/night
  ecgpu convert signal.npy records/signal --fs 250 --leads MLII
Missing samples stay missing. Annotation files are not converted: their samples are the same, unless a part is taken, which
is possible of WFDB records. A .npy keeps the samples alone, without rate, names and units.`,
    )
    .action((from: string, to: string, options: ConvertOptions) => convert(from, to, options, console));
}

async function convert(from: string, to: string, options: ConvertOptions, console: Console): Promise<void> {
  const { force = false, json, format, gain } = options;
  if (/[/\\]$/.test(to) || isFolder(to)) {
    throw new UsageError(`${to} is a folder`, `Name what to write into it: ${join(to, basename(from))}.`);
  }
  const kind = kindOf(to);
  if (kind === 'edf') throw new UsageError('EDF is read, not written', 'Write a WFDB record, .csv or .npy.');
  if (kind === 'csv' && !/\.csv$/i.test(to))
    throw new UsageError(`${to}: tables are written with commas between the cells`, 'Name a file that ends in .csv.');
  if (kind !== 'wfdb' && (format !== undefined || gain !== undefined)) {
    throw new UsageError('--format and --gain are for WFDB records', 'Leave them out, or name a record to write.');
  }
  if (['wfdb', 'edf'].includes(kindOf(from)) && (options.fs !== undefined || options.leads !== undefined)) {
    throw new UsageError('--fs and --leads are for .csv and .npy', `${from} says both itself.`);
  }
  const recording = await readRecording(from, options);
  const { record } = recording;
  const notes = withinNotes(kind === 'wfdb' ? recording.annotations : [], from);
  const diagnostics = [...record.diagnostics, ...notes.diagnostics];
  warnOf(diagnostics, record.name, console);
  if (record.leads.length === 0) {
    throw new EcgError('NO_LEADS', `${from} has no signals`, { where: from, fix: 'There is nothing to convert.' });
  }
  const { annotations } = notes;
  const files = kind === 'wfdb' ? wfdbFiles({ ...recording, annotations }, to, options) : [tableFile(record, kind, to)];
  await writeFilesAtomic(dirname(to), files, { force });
  const written = files.map(({ name }) => join(dirname(to), name));
  const { fs, length } = record;
  const leads = record.leads.map(({ name, units }) => ({ name, units }));
  if (json) return printJson(console, { from, files: written, fs, length, leads, diagnostics });
  const names = leads.map(({ name }) => name).join(', ');
  console.out(printable(`${written.join(', ')}: ${length} samples of ${names} at ${fs} Hz\n`));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function tableFile(record: EcgRecord, kind: 'csv' | 'npy', path: string): WfdbFile {
  const name = basename(path);
  if (kind === 'npy') return { name, bytes: recordToNpy(record) };
  // In pieces: a day's text is longer than one string may be.
  const encoder = new TextEncoder();
  return { name, bytes: Buffer.concat(Array.from(csvChunks(record), (text) => encoder.encode(text))) };
}

function wfdbFiles(
  { record, annotations, scale, begin }: Recording,
  path: string,
  { format, gain }: ConvertOptions,
): WfdbFile[] {
  const name = basename(path).replace(/\.hea$/i, '');
  const files = writeRecord(record, {
    name,
    ...begin,
    ...(gain === undefined ? scale : { gain }),
    ...(format === undefined ? {} : { format }),
  });
  if (annotations.length === 0) return files;
  const ordered = [...annotations].sort((a, b) => a.sample - b.sample);
  return [...files, { name: `${name}.${EDF_ANNOTATOR}`, bytes: encodeAnnotations(ordered, { fs: record.fs }) }];
}

function signalFormat(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A signal format is a number: 16.');
}
