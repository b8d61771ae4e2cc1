import { folderSource } from '@ecgpu/ecg-dsp/node';
import {
  BEAT_CONTRACT,
  BEAT_NETWORK,
  beatTrainingConfig,
  DEFAULT_TRAINING,
  encodeModel,
  loadBeatSet,
  TRAINING_AUGMENTATION,
  trainOnBeats,
} from '@ecgpu/model';
import { dataHash, openSplit, type RunConfig, TrainingRun } from '@ecgpu/model/node';
import type { Command } from 'commander';
import { type Console, printJson } from '../console.js';
import { type DeviceChoice, deviceOption, openChosenDevice } from '../device-option.js';
import { wholeNumber } from '../options.js';

interface TrainOptions {
  readonly data: string;
  readonly out: string;
  readonly split: string;
  readonly device: DeviceChoice;
  readonly seed: number;
  readonly epochs: number;
  readonly resume?: boolean;
  readonly json?: boolean;
}

export function registerTrain(program: Command, console: Console): void {
  program
    .command('train')
    .description('train a beat classifier on annotated records')
    .requiredOption('--data <dir>', 'folder with the records and their .atr annotations')
    .requiredOption(
      '--out <dir>',
      "the run's folder: configuration, metrics, checkpoints and, at the end, model.safetensors",
    )
    .option('--split <name|file>', 'which records to train on', 'ds1')
    .addOption(deviceOption())
    .option(
      '--seed <n>',
      'for initial weights, draws, augmentation and dropout',
      wholeNumber(0, 2 ** 32 - 1),
      DEFAULT_TRAINING.seed,
    )
    .option('--epochs <n>', 'times through the balanced draw', wholeNumber(1), DEFAULT_TRAINING.epochs)
    .option('--resume', 'go on from the last checkpoint of this run')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu train --data mitdb --out runs/beat
  ecgpu train --data mitdb --out runs/beat --resume
  ecgpu train --data mitdb --out runs/three --seed 3 --device webgpu
The same records, options, seed and device give the same weights, bit for bit, interrupted or not.`,
    )
    .action(async (options: TrainOptions) => {
      const { records, name: split } = await openSplit(options.split);
      const source = folderSource(options.data);
      const config: RunConfig = {
        ...beatTrainingConfig(BEAT_NETWORK, { seed: options.seed, epochs: options.epochs }),
        split,
        records,
        dataHash: await dataHash(source, records),
      };
      const { run, checkpoint } = options.resume
        ? await TrainingRun.resume(options.out, config, (file) => console.err(`${file} is damaged and is not used\n`))
        : { run: await TrainingRun.start(options.out, config), checkpoint: undefined };
      const device = await openChosenDevice(options.device, console);
      try {
        const reading = console.progress('records');
        const set = await loadBeatSet(source, records, BEAT_CONTRACT, {
          margin: TRAINING_AUGMENTATION.shift,
          onRecord: (record, done, total) => reading.update(done, total, record),
        });
        reading.end(`${set.count} beats`);
        if (checkpoint) console.err(`going on after epoch ${checkpoint.epoch}\n`);
        const steps = console.progress('steps');
        const { averaged, reports } = await trainOnBeats(device, set, config, {
          ...(checkpoint ? { resume: checkpoint } : {}),
          onStep: (done, total, loss) => steps.update(done, total, `loss ${loss.toFixed(4)}`),
          onEpoch: async (report, capture) => {
            await run.saveCheckpoint(await capture());
            await run.logMetrics(report);
          },
        });
        steps.end();
        const provenance = {
          command: `ecgpu train --split ${split} --seed ${options.seed} --epochs ${options.epochs}`,
          seed: options.seed,
          device: `${device.kind}: ${device.description}`,
          records,
          dataHash: config.dataHash,
          version: '0.1.0',
        };
        const path = await run.saveModel(
          encodeModel({ shape: BEAT_NETWORK, contract: BEAT_CONTRACT, values: averaged, provenance }),
        );
        if (options.json)
          return printJson(console, { model: path, beats: set.count, epochs: reports, notForClinicalUse: true });
        for (const { epoch, loss, beatsPerSecond } of reports) {
          console.out(
            `epoch ${String(epoch).padStart(3)}  loss ${loss.toFixed(4)}  ${beatsPerSecond.toFixed(0)} beats/s\n`,
          );
        }
        console.out(`model: ${path}\n`);
      } finally {
        device.close();
      }
    });
}
