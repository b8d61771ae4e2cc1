import type { RecordSource } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import type { Device } from '@ecgpu/engine';
import { assertDisjoint, DEFAULT_TRAINING, type RecordList, sequenceTrainingConfig } from '@ecgpu/model';
import { dataHash, openSplit } from '@ecgpu/model/node';
import { type Command, Option } from 'commander';
import { type DeviceOptions, deviceOption, openChosenDevice, threadsOption } from '../options/device.js';
import { foundPeaksOption } from '../options/found-peaks.js';
import { membersOption, requireMembers } from '../options/members.js';
import { wholeNumber } from '../options/numbers.js';
import { type StagesOptions, stagesOf, stagesOption } from '../options/stages.js';
import { readTrainingNoise, trainingNoiseOption } from '../options/training-noise.js';
import { refuseUnused } from '../options/unused-options.js';
import { type Console, printJson } from '../output/console.js';
import { addImbalanceOptions, type ImbalanceOptions, imbalanceOf } from '../training/imbalance.js';
import type { HeldOut, TrainingJob } from '../training/job.js';
import { trainers } from '../training/trainers.js';
import { UsageError } from '../usage-error.js';

interface TrainOptions extends DeviceOptions, ImbalanceOptions, StagesOptions {
  readonly data: string;
  readonly encoder?: string;
  readonly members: number;
  readonly noise?: string;
  readonly out: string;
  readonly split: string;
  readonly seed: number;
  readonly epochs?: number;
  readonly validate?: string;
  readonly patience?: number;
  readonly foundPeaks?: boolean;
  readonly resume?: boolean;
  readonly json?: boolean;
}

const PATIENCE = 3;

export function registerTrain(program: Command, console: Console): void {
  const command = program.command('train');
  command
    .description('train a beat classifier on annotated records')
    .requiredOption('--data <dir>', 'folder with the records and their .atr annotations')
    .requiredOption(
      '--out <dir>',
      "the run's folder: configuration, metrics, checkpoints and, at the end, model.safetensors",
    )
    .option('--split <name|file>', 'which records to train on', 'ds1')
    .addOption(
      new Option('--model <kind>', 'beat: one beat and its rhythm features; sequence: 64 beats in a row')
        .choices(Object.keys(trainers))
        .default('beat'),
    )
    .option('--encoder <file>', 'with --model sequence: the beat model whose encoder to take, instead of training one')
    .option(
      '--leads <n>',
      'leads of each record to learn from: beat from each by itself, sequence from both together (and one where there is no other)',
      wholeNumber(1, 2),
      1,
    )
    .addOption(membersOption())
    .addOption(stagesOption())
    .addOption(trainingNoiseOption())
    .addOption(foundPeaksOption())
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option(
      '--seed <n>',
      'for initial weights, draws, augmentation and dropout',
      wholeNumber(0, 2 ** 32 - 1),
      DEFAULT_TRAINING.seed,
    )
    .option(
      '--epochs <n>',
      `times through the draw (default: beat ${DEFAULT_TRAINING.epochs}, sequence ${sequenceTrainingConfig().training.epochs})`,
      wholeNumber(1),
    )
    .option(
      '--validate <split>',
      'score each epoch on these people, who must not be among those trained on; the best epoch is the model (sequence: each of its networks; encoders are trained to their end)',
    )
    .option(
      '--patience <n>',
      `with --validate: epochs without a better score after which training ends (default: ${PATIENCE})`,
      wholeNumber(1),
    )
    .option('--resume', 'go on from the last checkpoint of this run')
    .option('--json', 'one JSON document on stdout');
  addImbalanceOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  ecgpu train --data mitdb --out runs/beat
  ecgpu train --data mitdb --out runs/beat --resume
  ecgpu train --data mitdb --out runs/sequence --model sequence
  ecgpu train --data mitdb --out runs/two-leads --model sequence --leads 2 --members 3
  ecgpu train --data mitdb --out runs/in-noise --model sequence --leads 2 --members 3 --noise nstdb
  ecgpu train --data mitdb --out runs/one-stage --model sequence --leads 2 --stages 1
  ecgpu train --data mitdb --out runs/found --model sequence --leads 2 --members 3 --found-peaks
  ecgpu train --data mitdb --out runs/three --seed 3 --device webgpu
  ecgpu train --data mitdb --out runs/stopped --split two-thirds.json --validate ds1-fold-1 --epochs 30
  ecgpu train --data mitdb --out runs/stopped --split two-thirds.json --validate ds1-fold-1 --model sequence --epochs 20
  ecgpu train --data mitdb --out runs/focal --focal 2 --weights none
The same records, options, seed and device give the same weights, bit for bit, interrupted or not.
--json lists every epoch of every network; of a sequence model each says its network (encoder, plain, relative) and its member. Each network's
metrics.jsonl and curves.svg lie in a folder of their own: the run's for the plain stage, encoder/ and relative/ in it, member-1/ … for further members.
Not for clinical use.`,
    )
    .action(async (options: TrainOptions) => {
      requireMembers(options);
      if (options.model === 'beat') refuseUnused(options, ['encoder'], 'is for --model sequence');
      if (options.validate === undefined) refuseUnused(options, ['patience'], 'is for --validate');
      const stages = stagesOf(options);
      const list = await openSplit(options.split);
      const { records, database, name: split } = list;
      const imbalance = await imbalanceOf(options);
      if (options.encoder !== undefined && imbalance.draws)
        throw new UsageError('sampling is of an encoder, and one is given', 'Leave it out, also of --config.');
      const noise = options.noise === undefined ? undefined : await readTrainingNoise(options.noise);
      const source = folderSource(options.data);
      const validation = options.validate === undefined ? undefined : await heldOut(options, list, source);
      const { out, seed, epochs, encoder, leads, members, foundPeaks = false, resume = false } = options;
      let device: Device | undefined;
      const job: TrainingJob = {
        ...{
          source,
          split,
          database,
          records,
          out,
          seed,
          epochs,
          leads,
          members,
          stages,
          foundPeaks,
          encoder,
          resume,
          imbalance,
          console,
        },
        ...(validation ? { validation } : {}),
        ...(noise ? { noise } : {}),
        dataHash: await dataHash(source, records),
        device: async () => {
          device ??= await openChosenDevice(options, console);
          return device;
        },
      };
      try {
        const trained = await trainers[options.model](job);
        if (options.json) return printJson(console, { ...trained, notForClinicalUse: true });
        for (const { epoch, loss, beatsPerSecond, network, member } of trained.epochs) {
          const of = network === undefined ? '' : `member ${member}  ${network.padEnd(8)}  `;
          console.out(
            `${of}epoch ${String(epoch).padStart(3)}  loss ${loss.toFixed(4)}  ${beatsPerSecond.toFixed(0)} beats/s\n`,
          );
        }
        console.out(`model: ${trained.model}\n`);
      } finally {
        device?.close();
      }
    });
}

async function heldOut(options: TrainOptions, trained: RecordList, source: RecordSource): Promise<HeldOut> {
  const list = await openSplit(options.validate!);
  if (list.database.toLowerCase() !== trained.database.toLowerCase()) {
    throw new UsageError(
      `--validate: ${list.name} is of ${list.database}, ${trained.name} of ${trained.database}`,
      'Hold out people of the database that is trained on: a model file names one.',
    );
  }
  assertDisjoint(trained, list);
  return { list, dataHash: await dataHash(source, list.records), patience: options.patience ?? PATIENCE };
}
