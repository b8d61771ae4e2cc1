import { createReadStream } from 'node:fs';
import { ClassifierStream, type StreamedBeat } from '@ecgpu/model';
import { loadModel } from '@ecgpu/model/node';
import { type Command, Option } from 'commander';
import { type Console, printJson } from '../console.js';
import { type DeviceOptions, deviceOption, openChosenDevice, threadsOption } from '../device-option.js';
import { finiteNumber, positiveNumber, wholeNumber } from '../options.js';
import { binaryFormats } from '../sample-input/binary-samples.js';
import { type SampleFormat, sampleInput } from '../sample-input/sample-input.js';
import { UsageError } from '../usage-error.js';

interface StreamOptions extends SampleFormat, DeviceOptions {
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
    .option('--lead <n>', 'which of them to take, from 1', wholeNumber(1, 1000), 1)
    .option('--gain <number>', 'what comes in for 1 mV: 1 for mV, 1000 for µV, 200 for MIT-BIH', positiveNumber, 1)
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
  ecgpu stream --fs 360 --format int16 --leads 2 --gain 200 < 100.dat
  your-monitor | ecgpu stream --fs 250 --format float32 --json
A missing sample is an empty cell, nan, or -32768 in int16. Beats on missing or flat signal are called '?', not guessed.
Each beat is measured against those before it, not against the whole record: see \`ecgpu classify --causal\`.`,
    )
    .action(async (file: string | undefined, options: StreamOptions) => {
      if (options.lead > options.leads) {
        throw new UsageError(
          `there is no lead ${options.lead} among ${options.leads}`,
          'Give --leads as they come in.',
        );
      }
      const model = await loadModel(options.model);
      const device = await openChosenDevice(options, console);
      try {
        const stream = await ClassifierStream.open(device, model, options.fs);
        const { beats, seconds, pause } = stream.latency;
        console.err(
          `latency: ${seconds.toFixed(1)} s after the R peak of the beat ${beats} beats later, or ${pause} s more without one\n`,
        );
        console.err('Research software: not for clinical use.\n');
        if (options.json) {
          printJson(console, {
            model: { name: model.name, hash: model.hash },
            device: { kind: device.kind, description: device.description },
            fs: options.fs,
            latency: stream.latency,
            contract: stream.contract,
            notForClinicalUse: true,
          });
        }
        const print = (found: readonly StreamedBeat[]) => {
          for (const beat of found) printJson(console, lineOf(beat));
        };
        const input = sampleInput(options);
        for await (const bytes of file === undefined ? (console.input ?? []) : createReadStream(file)) {
          print(await stream.push(input.push(bytes as Uint8Array)));
        }
        print(await stream.push(input.end()));
        print(await stream.flush());
        if (stream.missingSamples > 0) console.err(`${stream.missingSamples} samples were missing\n`);
      } finally {
        device.close();
      }
    });
}

/** Time and latency to the microsecond: the digits beyond say nothing. */
function lineOf({ time, latency, ...beat }: StreamedBeat) {
  const rounded = (seconds: number) => Math.round(seconds * 1e6) / 1e6;
  return { time: rounded(time), ...beat, latency: rounded(latency) };
}
