import { type Annotation, EcgError, type MappingName, mappingNames, readAnnotations, readHeader } from '@ecgpu/ecg-dsp';
import { type ComparisonOptions, isNonstandard, type ReportNames } from '@ecgpu/ecg-dsp/ec57';
import { openRecordPath } from '@ecgpu/ecg-dsp/node';
import { type Command, Option } from 'commander';
import type { Console } from '../output/console.js';
import { printable } from '../output/printable.js';
import { forEachRecord } from '../records/each-record.js';
import { parseTime, sampleAt, secondsAt, type TimeArgument } from '../records/sample-time.js';
import { UsageError } from '../usage-error.js';

/** What `compare` and `runs` have in common on the command line. */
export interface ComparisonArguments {
  readonly record: readonly string[];
  readonly annotators: readonly string[];
  readonly from?: TimeArgument;
  readonly to?: TimeArgument;
  readonly window?: TimeArgument;
  readonly mapping: MappingName;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

/** Two annotation files of a record, and how they are to be compared. */
export interface AnnotationPair {
  readonly names: ReportNames;
  readonly reference: readonly Annotation[];
  readonly test: readonly Annotation[];
  readonly options: ComparisonOptions;
}

export function addComparisonOptions(command: Command): Command {
  return command
    .requiredOption('-r, --record <record...>', 'record or records, without suffix: data/100 data/101')
    .requiredOption('-a, --annotators <annotator...>', 'reference annotator and test annotator: atr qrs')
    .option('-f, --from <time>', 'begin there (default: after five minutes, as EC57 demands)', parseTime)
    .option('-t, --to <time>', 'end there; 0: where the shorter file ends (default: end of the record)', parseTime)
    .option('-w, --window <time>', 'match window (default: 0.15 seconds)', parseTime)
    .option('-v, --verbose', 'list every disagreement: on the error stream (compare), before the report (runs)')
    .addOption(
      new Option('--mapping <name>', 'which beats are supraventricular: ec57 has e and j among them, dechazal has not')
        .choices(mappingNames)
        .default('ec57'),
    )
    .option('--json', 'print the results as JSON');
}

/**
 * @param reports files of reports
 * @param tables pairs of files of tables
 * @throws UsageError for what the options alone do not refuse
 */
export function checkUse(
  given: ComparisonArguments,
  reports: readonly (string | undefined)[],
  tables: readonly (readonly string[] | undefined)[],
): void {
  if (given.annotators.length !== 2) {
    throw new UsageError(
      `-a takes two annotators, not ${given.annotators.length}`,
      'The reference, then the test: -a atr qrs',
    );
  }
  if (tables.some((files) => files !== undefined && files.length !== 2)) {
    throw new UsageError('-L and -l take two files each', 'The second table has a file of its own; - is the terminal.');
  }
  const files = [...reports, ...tables.flat()].filter((file) => file !== undefined);
  if (given.json && files.includes('-')) {
    throw new UsageError('--json and a report cannot both go to the terminal', 'Give the report a file.');
  }
  const named = files.filter((file) => file !== '-');
  if (new Set(named).size !== named.length) throw new UsageError('Every report needs a file of its own');
}

/** Reads one record's pair of annotation files. The record needs a header, for its sampling rate, but no signals. */
async function readPair(record: string, given: ComparisonArguments, console: Console): Promise<AnnotationPair> {
  const { source, name } = openRecordPath(record);
  const { fs, length } = await readHeader(source, name);
  const read = async (annotator: string): Promise<readonly Annotation[]> => {
    const { annotations, diagnostics } = await readAnnotations(source, name, annotator, { fs });
    for (const { severity, code, message } of diagnostics) {
      if (severity !== 'info') console.err(`${printable(`${record}.${annotator}: ${message} (${code})`)}\n`);
    }
    return annotations;
  };
  const [reference = '', test = ''] = given.annotators;
  const { from, to, window, mapping } = given;
  return {
    names: { record: record.replace(/\.hea$/i, ''), reference, test },
    reference: await read(reference),
    test: await read(test),
    options: {
      fs,
      mapping,
      ...(length === undefined ? {} : { length }),
      ...(from === undefined ? {} : { start: sampleAt(from, fs) }),
      ...(to === undefined ? {} : { end: sampleAt(to, fs) === 0 ? 'shorter' : sampleAt(to, fs) }),
      ...(window === undefined ? {} : { window: secondsAt(window, fs) }),
    },
  };
}

/**
 * Does the work for every record, whatever becomes of the others.
 * @throws EcgError of forEachRecord
 */
export async function forEachPair(
  given: ComparisonArguments,
  console: Console,
  work: (pair: AnnotationPair) => Promise<void>,
): Promise<void> {
  let warned = false;
  await forEachRecord(given.record, 'compared', console, async (record) => {
    const pair = await readPair(record, given, console);
    demandInterval(record, pair.options);
    if (isNonstandard(pair.options) && !warned) console.err('(warning) nonstandard comparison selected\n');
    warned = true;
    await work(pair);
  });
}

/** @throws EcgError EC57_INTERVAL where the comparison would end before it begins */
function demandInterval(record: string, { fs, start = Math.round(300 * fs), end, length }: ComparisonOptions): void {
  const last = end ?? (length || undefined);
  if (typeof last !== 'number' || last >= start) return;
  throw new EcgError('EC57_INTERVAL', `The comparison of ${record} would begin at sample ${start} and end at ${last}`, {
    where: record,
    fix: 'Begin earlier: -f 0. EC57 leaves out the first five minutes.',
  });
}

/** Says on the error stream which beats an S figure is about, for reports whose layout has no place for it. */
export function nameMapping(mapping: MappingName, console: Console): void {
  console.err(`S beats are those of the ${mapping} mapping\n`);
}
