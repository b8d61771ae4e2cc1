import { type EcgRecord, openRecord } from '@ecgpu/ecg-dsp';
import { csvChunks } from '@ecgpu/ecg-dsp/formats';
import { SampleListing, type SampleTimes, sampleTimes } from '@ecgpu/ecg-dsp/inspection';
import { openRecordPath } from '@ecgpu/ecg-dsp/node';
import { type Command, Option } from 'commander';
import { addRangeOptions, leadList, leadsOf, type RangeArguments, sampleRange } from '../options/record-range.js';
import { type Console, printJson } from '../output/console.js';
import { warnOf } from '../output/diagnostics.js';
import { printable } from '../output/printable.js';

interface SamplesOptions extends RangeArguments {
  readonly signals?: readonly string[];
  readonly physical?: boolean;
  readonly precise?: boolean;
  readonly times?: SampleTimes;
  readonly headings?: boolean;
  readonly comma?: boolean;
  readonly highResolution?: boolean;
  readonly csv?: boolean;
  readonly json?: boolean;
}

/** Read and printed at a time, so that a day's record needs no more memory than a minute's. */
const SAMPLES = 65_536;

/** Adds `samples`: the columns of rdsamp(1), CSV or JSON. */
export function registerSamples(program: Command, console: Console): void {
  const command = program
    .command('samples')
    .alias('rdsamp')
    .description("print a record's samples in columns")
    .argument('<record>', 'WFDB record: dir/100');
  addRangeOptions(command)
    .option('-s, --signals <leads>', 'leads by name or number, with commas between (default: all)', leadList)
    .option(
      '-p, --physical',
      "physical values in the file's units, times in seconds (default: ADC units, sample numbers)",
    )
    .addOption(new Option('-P, --precise', 'the same with 8 decimals').conflicts('physical'))
    .addOption(new Option('--times <form>', 'what the first column holds').choices(sampleTimes))
    .option('-v, --headings', 'column titles')
    .option('-c, --comma', "the same columns with commas between, as rdsamp's CSV")
    .option(
      '-H, --high-resolution',
      "where leads have several rates: all at the fastest one's (default: at the slowest's)",
    )
    .addOption(
      new Option('--csv', 'CSV of exact values in mV, with names and times').conflicts([
        'json',
        'comma',
        'physical',
        'precise',
        'times',
      ]),
    )
    .addOption(new Option('--json', 'one JSON document on stdout').conflicts(['comma', 'times', 'headings']))
    .addHelpText(
      'after',
      `
Examples:
  ecgpu samples mitdb/100 -t 2
  ecgpu samples mitdb/100 -f 5:00 -t 5:10 -s MLII -p -v
  ecgpu samples mitdb/100 -P --times elapsed -c
  ecgpu samples mitdb/100 --csv > 100.csv
A missing sample is -32768 in ADC units, - in physical ones, empty in CSV and null in JSON. The columns are those of
rdsamp of WFDB 10.7, whose -pd, -pe, -ph, -pm, -ps and -pS are --times day, elapsed, hours, minutes, seconds and samples.`,
    )
    .action((path: string, options: SamplesOptions) => print(path, options, console));
}

async function print(path: string, options: SamplesOptions, console: Console): Promise<void> {
  const { signals, physical, precise, csv, json, highResolution = false } = options;
  const { source, name } = openRecordPath(path);
  const record = await openRecord(source, name);
  const leads = record.leadIndices(signals === undefined ? undefined : leadsOf(record, signals));
  const common = { highResolution, leads };
  const grid = highResolution ? Math.max(1, ...record.leads.map(({ samplesPerFrame }) => samplesPerFrame)) : 1;
  const fs = record.fs * grid;
  const { from, to } = sampleRange({ name, fs, length: record.length * grid }, options);
  if (json) {
    const units = physical || precise ? 'physical' : 'digital';
    const read = await record.read({ ...common, from, to, units });
    printJson(console, {
      record: record.name,
      fs,
      from,
      to,
      units,
      leads: read.leads.map((lead) => ({ ...lead, samples: [...lead.samples] })),
      diagnostics: read.diagnostics,
    });
    return;
  }
  const listing = new SampleListing(
    { ...record.header, fs },
    leads.map((lead) => record.leads[lead]!),
    {
      values: precise ? 'precise' : physical ? 'physical' : 'raw',
      ...(options.times === undefined ? {} : { times: options.times }),
      comma: options.comma === true,
    },
  );
  if (options.headings && !csv) console.out(printable(listing.heading()));
  // At least once, so that an empty range has its CSV titles.
  for (let start = from; start < to || start === from; start += SAMPLES) {
    const end = Math.min(to, start + SAMPLES);
    const piece = await record.read({ ...common, from: start, to: end, units: csv ? 'physical' : 'digital' });
    const lines = csv ? csvLines(piece, start, start === from) : listing.lines(piece, start);
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
