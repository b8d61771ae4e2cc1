import { join } from 'node:path';
import { folderSource, writeFileAtomic } from '@ecgpu/ecg-dsp/node';
import {
  BEAT_CONTRACT,
  callsOf,
  DEFAULT_TRAINING,
  evaluateCalls,
  evaluationReport,
  foldComplements,
  type ScoredBeats,
  sequenceTrainingConfig,
} from '@ecgpu/model';
import { openSplit } from '@ecgpu/model/node';
import { type Command, Option } from 'commander';
import { type DeviceOptions, deviceOption, openChosenDevice, threadsOption } from '../options/device.js';
import { foundPeaksOption } from '../options/found-peaks.js';
import { membersOption, requireMembers } from '../options/members.js';
import { wholeNumber } from '../options/numbers.js';
import { type StagesOptions, stagesOf, stagesOption } from '../options/stages.js';
import { readTrainingNoise, trainingNoiseOption } from '../options/training-noise.js';
import { type Console, printJson } from '../output/console.js';
import { averageF1, averagesTable } from '../protocols/average-f1.js';
import { foldScores } from '../training/fold-scores.js';
import { addImbalanceOptions, type ImbalanceOptions, imbalanceOf } from '../training/imbalance.js';
import { trainers } from '../training/trainers.js';

interface CrossvalidateOptions extends DeviceOptions, ImbalanceOptions, StagesOptions {
  readonly data: string;
  readonly out: string;
  readonly split: string;
  readonly folds: string;
  readonly members: number;
  readonly noise?: string;
  readonly seed: number;
  readonly epochs?: number;
  readonly foundPeaks?: boolean;
  readonly json?: boolean;
}

const PREDICTIONS = 'predictions.json';

export function registerCrossvalidate(program: Command, console: Console): void {
  const command = program.command('crossvalidate');
  command
    .description('train a recipe on all folds of records but one, score it on that one, and pool the folds')
    .requiredOption('--data <dir>', 'folder with the records and their .atr annotations')
    .requiredOption(
      '--out <dir>',
      `folder of the folds' runs, from which the same command goes on, and of ${PREDICTIONS}`,
    )
    .option('--split <name|file>', 'the records that the folds share out', 'ds1')
    .option('--folds <list>', 'splits of whole records', 'ds1-fold-1,ds1-fold-2,ds1-fold-3')
    .addOption(new Option('--model <kind>', 'what to train').choices(Object.keys(trainers)).default('beat'))
    .option('--leads <n>', 'leads of each record to learn from', wholeNumber(1, 2), 1)
    .addOption(membersOption())
    .addOption(stagesOption())
    .addOption(trainingNoiseOption())
    .addOption(foundPeaksOption())
    .option('--seed <n>', 'for initial weights, draws, augmentation and dropout', wholeNumber(0, 2 ** 32 - 1), 0)
    .option('--epochs <n>', 'of each training (default: what `ecgpu train` does)', wholeNumber(1))
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--json', 'one JSON document on stdout');
  addImbalanceOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  ecgpu crossvalidate --data mitdb --out runs/folds
  ecgpu crossvalidate --data mitdb --out runs/folds-focal --focal 2 --weights none
  ecgpu crossvalidate --data mitdb --out runs/folds --model sequence --json
  ecgpu crossvalidate --data mitdb --out runs/noisy --model sequence --leads 2 --noise nstdb
Choices between recipes are made with this, inside DS1, so that DS2 stays unseen. Each beat is called by a model that has
not seen its patient; ${PREDICTIONS} has every beat's logits.`,
    )
    .action(async (options: CrossvalidateOptions) => {
      const { model: kind, leads, members, seed, foundPeaks = false } = options;
      const defaults = { beat: DEFAULT_TRAINING.epochs, sequence: sequenceTrainingConfig().training.epochs };
      requireMembers(options);
      const stages = stagesOf(options);
      const imbalance = await imbalanceOf(options);
      const noise = options.noise === undefined ? {} : { noise: await readTrainingNoise(options.noise) };
      const epochs = options.epochs ?? defaults[kind];
      const recipe = { kind, seed, leads, members, stages, foundPeaks, imbalance, epochs, ...noise };
      const list = await openSplit(options.split);
      const folds = await Promise.all(options.folds.split(',').map((fold) => openSplit(fold.trim())));
      foldComplements(list, folds);
      const source = folderSource(options.data);
      const device = await openChosenDevice(options, console);
      try {
        const scored = await foldScores(recipe, list, folds, { source, work: options.out, console, device });
        const evaluation = evaluateCalls(callsOf(scored), BEAT_CONTRACT.mapping);
        const averages = [averageF1(evaluation, ['N', 'S', 'V']), averageF1(evaluation, ['N', 'S', 'V', 'F'])];
        const file = join(options.out, PREDICTIONS);
        await writeFileAtomic(file, predictions(scored), { force: true });
        if (options.json) {
          return printJson(console, {
            protocol: 'cross-validation',
            split: list.name,
            folds: folds.map(({ name, records }) => ({ name, records })),
            recipe: {
              kind,
              seed,
              leads,
              members,
              stages: kind === 'sequence' && leads === 2 ? stages : 1,
              foundPeaks,
              epochs,
              imbalance: imbalance.flags.trim(),
              noise: recipe.noise ? { ...recipe.noise.noise.options, dataHash: recipe.noise.dataHash } : null,
            },
            device: { kind: device.kind, description: device.description },
            ...{ evaluation, averages, predictions: file },
            notForClinicalUse: true,
          });
        }
        console.out(
          `Cross-validation: ${list.name} in ${folds.length} folds of whole records, each called by a model of the others.\n`,
        );
        console.out(`\n${evaluationReport(evaluation)}\n${averagesTable(averages)}`);
        console.out('\nResearch software: not for clinical use.\n');
      } finally {
        device.close();
      }
    });
}

/** For each record its beats: R peak, annotated class, logits to four decimals. */
function predictions({ classes, records, count, recordOf, peaks, labels, logits }: ScoredBeats): string {
  const beats = records.map((record) => ({
    record,
    peaks: [] as number[],
    reference: [] as string[],
    logits: [] as number[][],
  }));
  for (let beat = 0; beat < count; beat++) {
    const own = beats[recordOf[beat]!]!;
    own.peaks.push(peaks[beat]!);
    own.reference.push(classes[labels[beat]!]!);
    const row = logits.subarray(beat * classes.length, (beat + 1) * classes.length);
    own.logits.push(Array.from(row, (x) => Math.round(1e4 * x) / 1e4));
  }
  const texts = beats.map(({ reference, ...record }) => ({ ...record, reference: reference.join('') }));
  return `${JSON.stringify({ classes, records: texts })}\n`;
}
