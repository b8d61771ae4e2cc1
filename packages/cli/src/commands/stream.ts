import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { EcgError } from '@ecgpu/ecg-dsp';
import { ClassifierStream, type StreamedBeat, withoutSecondLead } from '@ecgpu/model';
import { loadModel } from '@ecgpu/model/node';
import { type Command, Option } from 'commander';
import { untilInterrupted } from '../interruption.js';
import { type DeviceOptions, deviceOption, openChosenDevice, threadsOption } from '../options/device.js';
import { finiteNumber, positiveNumber, wholeNumber } from '../options/numbers.js';
import { type Console, printJson } from '../output/console.js';
import { printable } from '../output/printable.js';
import { binaryFormats } from '../sample-input/binary-samples.js';
import { type ChosenColumns, type ColumnOptions, chooseColumns, columnNames } from '../sample-input/chosen-columns.js';
import { type SampleFormat, sampleInput } from '../sample-input/sample-input.js';

interface StreamOptions extends Pick<SampleFormat, 'format' | 'gain' | 'zero'>, ColumnOptions, DeviceOptions {
  readonly fs: number;
  readonly model: string;
  readonly json?: boolean;
}

export function registerStream(program: Command, console: Console): void {
  program
    .command('stream')
    .description('classify the beats of a signal as it comes in: samples on stdin, one line of JSON a beat on stdout')
    .argument('[file]', 'file or named pipe to read instead of stdin')
    .requiredOption('--fs <hz>', 'samples per second', positiveNumber)
    .addOption(
      new Option('--format <name>', 'csv: a row a sample; int16 and float32: little endian, without a header')
        .choices(['csv', ...binaryFormats])
        .default('csv'),
    )
    .option('--leads <n>', 'numbers in each row or frame, of other leads or times', wholeNumber(1, 1000), 1)
    .option('--lead <n>', 'which of them is the lead to take, from 1', wholeNumber(1, 1000), 1)
    .option('--second-lead <n>', 'which is a second lead, for a model that looks at two', wholeNumber(1, 1000))
    .addOption(
      new Option(
        '--columns <names>',
        'instead: the lead that each number is of, with commas between; - or time for none',
      )
        .argParser(columnNames)
        .conflicts(['leads', 'lead', 'secondLead']),
    )
    .option(
      '--gain <number>',
      'what comes in for 1 mV: 1000 for µV, 200 for MIT-BIH (default: 1, or by the unit in a row of names: MLII (uV))',
      positiveNumber,
    )
    .option('--zero <number>', 'what comes in for 0 mV', finiteNumber, 0)
    .option('--model <name|file>', 'shipped model, or a model file', 'beat')
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--json', 'begin with a line that says model, device, latency and contract')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu samples data/mitdb-samples/100 --csv | ecgpu stream --fs 360 --leads 3 --lead 2
  ecgpu convert mitdb/100 100 --format 16 && ecgpu stream --fs 360 --format int16 --leads 2 --gain 200 --zero 1024 < 100.dat
  ecgpu samples mitdb/100 --csv | ecgpu stream --fs 360 --columns -,MLII,V5 --model sequence
  your-monitor | ecgpu stream --fs 250 --format float32 --json
With --columns the leads are chosen as \`ecgpu classify\` chooses those of a record: the one the model was trained on, and for a
model of two leads the first other one. A missing sample is an empty cell, nan, or -32768 in int16. Beats on missing or flat signal, and steps of one that stands still, are called '?', not guessed.
Each beat is measured against those before it, not against the whole record: see \`ecgpu classify --causal\`.
Ctrl-C, SIGTERM and SIGHUP end the signal where it is: the beats that are known are printed, and the command ends by that signal (130 and
143 in a shell; the second one ends at once). So are they where the input breaks off or is not understood, and the exit code is 1.`,
    )
    .action(async (file: string | undefined, options: StreamOptions) => {
      const loaded = await loadModel(options.model);
      const columns = chooseColumns(options, loaded.contract);
      const [, second] = columns.chosen;
      const model = second ? loaded : { ...loaded, contract: withoutSecondLead(loaded.contract) };
      const device = await openChosenDevice(options, console);
      try {
        const stream = await ClassifierStream.open(device, model, options.fs);
        const { beats, seconds, pause } = stream.latency;
        const without = pause === undefined ? ', however long it takes to come' : `, or ${pause} s more without one`;
        console.err(`latency: ${seconds.toFixed(1)} s after the R peak of the beat ${beats} beats later${without}\n`);
        console.err(shown(columns));
        console.err('Research software: not for clinical use.\n');
        if (options.json) {
          printJson(console, {
            model: { name: model.name, hash: model.hash },
            device: { kind: device.kind, description: device.description },
            fs: options.fs,
            leads: columns.chosen,
            latency: stream.latency,
            // What is usual in the whole record is not known to a stream.
            ...(model.kind === 'sequence' ? { stage: 'plain' } : {}),
            contract: stream.contract,
            notForClinicalUse: true,
          });
        }
        const print = (found: readonly StreamedBeat[]) => {
          for (const beat of found) printJson(console, lineOf(beat));
        };
        const { format, gain, zero } = options;
        const taken = columns.chosen.map(({ column }) => column);
        const scale = { zero, ...(gain === undefined ? {} : { gain }) };
        const input = sampleInput({ format, ...scale, columns: columns.count, taken });
        const push = async (pieces: Iterable<readonly Float64Array[]>) => {
          for (const [first, other] of pieces) print(await stream.push(first!, other));
        };
        const asked = console.interruption?.() ?? new AbortController().signal;
        let wrong: EcgError | undefined;
        try {
          for await (const bytes of untilInterrupted(bytesOf(file, console), asked)) await push(input.push(bytes));
          // What has come of the next sample may be half of a number, where it was not the input that ended.
          if (!asked.aborted) await push(input.end());
        } catch (error) {
          if (!(error instanceof EcgError)) throw error;
          wrong = error;
        }
        print(await stream.flush());
        if (stream.missingSamples > 0) console.err(`${stream.missingSamples} samples were missing\n`);
        if (wrong) throw wrong;
        asked.throwIfAborted();
      } finally {
        device.close();
      }
    });
}

/** What a file, a named pipe or else stdin holds, as it comes. @throws EcgError FILE_NOT_READABLE */
async function* bytesOf(file: string | undefined, { input = Readable.from([]) }: Console): AsyncGenerator<Uint8Array> {
  const where = file ?? 'stdin';
  try {
    yield* file === undefined ? input : (createReadStream(file) as AsyncIterable<Uint8Array>);
  } catch (cause) {
    throw new EcgError(
      'FILE_NOT_READABLE',
      `${where} cannot be read (${cause instanceof Error ? cause.message : cause})`,
      { where, fix: 'Give a file or a named pipe with samples, or none to read them from stdin.', cause },
    );
  }
}

function shown({ chosen, preferred }: ChosenColumns): string {
  const leads = chosen.map(({ column, name }) =>
    name === undefined ? `column ${column}` : `${printable(name)} (column ${column})`,
  );
  const warning = preferred ? '' : 'warning: the model has learned from none of these leads as the first one\n';
  return `${chosen.length === 1 ? 'lead' : 'leads'}: ${leads.join(' and ')}\n${warning}`;
}

/** Time and latency to the microsecond: the digits beyond say nothing. */
function lineOf({ time, latency, ...beat }: StreamedBeat) {
  const rounded = (seconds: number) => Math.round(seconds * 1e6) / 1e6;
  return { time: rounded(time), ...beat, latency: rounded(latency) };
}
