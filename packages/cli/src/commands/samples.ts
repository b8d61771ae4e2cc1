import { type EcgRecord, openRecord } from '@ecgpu/ecg-dsp';
import { csvChunks } from '@ecgpu/ecg-dsp/formats';
import { sampleLines } from '@ecgpu/ecg-dsp/inspection';
import { openRecordPath } from '@ecgpu/ecg-dsp/node';
import { type Command, Option } from 'commander';
import { type Console, printJson } from '../console.js';
import { warnOf } from '../diagnostics.js';
import { printable } from '../printable.js';
import { addRangeOptions, leadList, leadsOf, type RangeArguments, sampleRange } from '../record-range.js';

interface SamplesOptions extends RangeArguments {
  readonly signals?: readonly string[];
  readonly physical?: boolean;
  readonly csv?: boolean;
  readonly json?: boolean;
}

/** Read and printed at a time, so that a day's record needs no more memory than a minute's. */
const FRAMES = 65_536;

/** Adds `samples`: the columns of rdsamp(1), CSV or JSON. */
export function registerSamples(program: Command, console: Console): void {
  const command = program
    .command('samples')
    .alias('rdsamp')
    .description("print a record's samples in columns")
    .argument('<record>', 'WFDB record: dir/100');
  addRangeOptions(command)
    .option('-s, --signals <leads>', 'leads by name or number, with commas between (default: all)', leadList)
    .option('-p, --physical', 'physical values (default: ADC units)')
    .addOption(new Option('--csv', 'CSV of physical values, with names and times').conflicts('json'))
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu samples mitdb/100 -t 2
  ecgpu samples mitdb/100 -f 5:00 -t 5:10 -s MLII -p
  ecgpu samples mitdb/100 --csv > 100.csv
A missing sample is -32768 in ADC units, - in physical ones, empty in CSV and null in JSON.`,
    )
    .action((path: string, options: SamplesOptions) => print(path, options, console));
}

async function print(path: string, options: SamplesOptions, console: Console): Promise<void> {
  const { signals, physical, csv, json } = options;
  const { source, name } = openRecordPath(path);
  const record = await openRecord(source, name);
  const { from, to } = sampleRange(record, options);
  const units = physical || csv ? 'physical' : 'digital';
  const leads = signals === undefined ? {} : { leads: leadsOf(record, signals) };
  if (json) {
    const read = await record.read({ from, to, units, ...leads });
    printJson(console, {
      record: record.name,
      fs: record.fs,
      from,
      to,
      units,
      leads: read.leads.map((lead) => ({ ...lead, samples: [...lead.samples] })),
      diagnostics: read.diagnostics,
    });
    return;
  }
  // At least once, so that an empty range has its CSV titles and an unknown lead its error.
  for (let start = from; start < to || start === from; start += FRAMES) {
    const piece = await record.read({ from: start, to: Math.min(to, start + FRAMES), units, ...leads });
    const lines = csv ? csvLines(piece, start, start === from) : sampleLines(piece, units, start);
    for (const line of lines) console.out(printable(line));
  }
  warnOf(record.diagnostics, record.name, console);
}

function* csvLines(piece: EcgRecord, from: number, withTitles: boolean): Generator<string> {
  const chunks = csvChunks(piece, from);
  const titles = chunks.next();
  if (withTitles && !titles.done) yield titles.value;
  yield* chunks;
}
