import { EcgError, type RecordSource, readAnnotations, readHeader, type WfdbHeader } from '@ecgpu/ecg-dsp';
import { type AnnotationTimes, annotationHeading, formatAnnotation } from '@ecgpu/ecg-dsp/inspection';
import { openRecordPath } from '@ecgpu/ecg-dsp/node';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addRangeOptions, type RangeArguments, sampleRange } from '../options/record-range.js';
import { type Console, printJson } from '../output/console.js';
import { warnOf } from '../output/diagnostics.js';
import { printable } from '../output/printable.js';

interface AnnotationsOptions extends RangeArguments {
  readonly annotator: string;
  readonly only?: readonly string[];
  readonly subtype?: number;
  readonly channel?: number;
  readonly number?: number;
  readonly elapsed?: boolean;
  readonly units?: boolean;
  readonly headings?: boolean;
  readonly json?: boolean;
}

const FIELDS = ['subtype', 'channel', 'number'] as const;

/** Adds `annotations`: the columns of rdann(1). */
export function registerAnnotations(program: Command, console: Console): void {
  const command = program
    .command('annotations')
    .alias('rdann')
    .description('print the annotations of a record: time, sample, symbol, subtype, channel, number, text')
    .argument('<record>', 'WFDB record: dir/100')
    .requiredOption('-a, --annotator <name>', 'suffix of the annotation file: atr');
  addRangeOptions(command)
    .option('-p, --only <symbols...>', 'only annotations of these symbols: V A')
    .option('-s, --subtype <subtype>', 'only annotations of this subtype', wholeNumber)
    .option('-c, --channel <channel>', 'only annotations of this channel', wholeNumber)
    .option('-n, --number <number>', 'only annotations of this number', wholeNumber)
    .option('-e, --elapsed', 'times from the start of the record, also where the time of day is known')
    .addOption(new Option('-x, --units', 'times in seconds, minutes and hours').conflicts('elapsed'))
    .option('-v, --headings', 'column titles')
    .addOption(new Option('--json', 'one JSON document on stdout').conflicts(['elapsed', 'units', 'headings']))
    .addHelpText(
      'after',
      `
Examples:
  ecgpu annotations mitdb/100 -a atr
  ecgpu annotations mitdb/233 -a atr -f 5:00 -t 6:00 -p V F
  ecgpu annotations mitdb/100 -a atr -v -x
  ecgpu annotations classified/100 -a ecgpu --json
The columns are those of rdann of WFDB 10.7. An annotation at the end of the range is not in it.`,
    )
    .action((path: string, options: AnnotationsOptions) => print(path, options, console));
}

async function print(path: string, options: AnnotationsOptions, console: Console): Promise<void> {
  const { annotator, only, json } = options;
  const { source, name } = openRecordPath(path);
  const header = await clockOf(source, name, annotator, console);
  const read = await readAnnotations(source, name, annotator, { fs: header.fs });
  // Times are shown by the file's own clock where it is finer than the record's, as rdann does.
  const fine = Math.max(header.fs, read.resolution ?? 0);
  const { annotations: exact } =
    fine === header.fs ? read : await readAnnotations(source, name, annotator, { fs: fine });
  const end = read.annotations.reduce((most, { sample }) => Math.max(most, sample + 1), 0);
  const { from, to } = sampleRange({ name, fs: header.fs, length: end }, options);
  const chosen = [...read.annotations.entries()].filter(
    ([, { sample, symbol, ...fields }]) =>
      sample >= from &&
      sample < to &&
      (only === undefined || only.includes(symbol)) &&
      FIELDS.every((field) => options[field] === undefined || options[field] === fields[field]),
  );
  warnOf(read.diagnostics, name, console);
  if (!json) {
    const times: AnnotationTimes = options.units ? 'units' : options.elapsed ? 'elapsed' : 'clock';
    if (options.headings) console.out(`${annotationHeading(header, times)}\n`);
    for (const [index, { sample }] of chosen) {
      const line = formatAnnotation(exact[index]!, { ...header, fs: fine }, times, sample);
      console.out(`${printable(line)}\n`);
    }
    return;
  }
  printJson(console, {
    record: name,
    annotator,
    fs: header.fs,
    annotations: chosen.map(([index, annotation]) => ({ ...annotation, time: exact[index]!.sample / fine })),
    diagnostics: read.diagnostics,
  });
}

/** The record's clock; without a header the clock that the annotation file notes, or else WFDB's 250 Hz, with a word. */
async function clockOf(
  source: RecordSource,
  name: string,
  annotator: string,
  console: Console,
): Promise<Pick<WfdbHeader, 'fs' | 'baseTime' | 'baseDate'>> {
  try {
    return await readHeader(source, name);
  } catch (error) {
    if (!(error instanceof EcgError && error.code === 'FILE_NOT_FOUND')) throw error;
    const { resolution } = await readAnnotations(source, name, annotator);
    const fs = resolution ?? 250;
    const from = resolution === undefined ? 'as WFDB does without one' : `which ${name}.${annotator} notes`;
    console.err(`${printable(`${name} has no header: times are at ${fs} samples per second, ${from}`)}\n`);
    return { fs, baseTime: undefined, baseDate: undefined };
  }
}

function wholeNumber(text: string): number {
  if (/^-?\d{1,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number.');
}
