import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EcgError } from '@ecgpu/ecg-dsp';
import { folderSource, writeFileAtomic } from '@ecgpu/ecg-dsp/node';
import {
  type Calibration,
  type CalibrationFit,
  encodeModel,
  fileHash,
  fitCalibration,
  foldComplements,
  type RecordList,
  type ReliabilityBin,
} from '@ecgpu/model';
import { type LoadedModel, loadModel, openSplit } from '@ecgpu/model/node';
import type { Command } from 'commander';
import { type DeviceOptions, deviceOption, openChosenDevice, threadsOption } from '../options/device.js';
import { readTrainingNoise } from '../options/training-noise.js';
import { type Console, printJson } from '../output/console.js';
import { refuseToReplace } from '../output/output-file.js';
import type { FoldRecipe } from '../training/fold-models.js';
import { foldScores } from '../training/fold-scores.js';
import { imbalanceOfFlags } from '../training/imbalance.js';
import { UsageError } from '../usage-error.js';

interface CalibrateOptions extends DeviceOptions {
  readonly data: string;
  readonly out: string;
  readonly split: string;
  readonly folds: string;
  readonly work?: string;
  readonly noise?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function registerCalibrate(program: Command, console: Console): void {
  program
    .command('calibrate')
    .description('fit the temperature of a model’s probabilities on people held out of its training records')
    .argument('<model>', 'shipped model, or a model file, that `ecgpu train` made')
    .requiredOption('--data <dir>', 'folder with its training records and their .atr annotations')
    .requiredOption('--out <file>', 'write the model file with its temperature; the weights stay as they are')
    .option('--split <name|file>', 'the records that the model was trained on', 'ds1')
    .option('--folds <list>', 'splits that share out those records', 'ds1-fold-1,ds1-fold-2,ds1-fold-3')
    .option('--work <dir>', "keep the folds' runs in this folder; those that are there are used, or gone on with")
    .option(
      '--noise <dir>',
      'folder with the noise records that the model learned from, where it was trained with --noise',
    )
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--force', 'replace a model file that is there')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu calibrate beat --data mitdb --out beat.safetensors
  ecgpu calibrate sequence --data mitdb --out sequence.safetensors --work runs/folds
  ecgpu calibrate in-noise.safetensors --data mitdb --noise nstdb --out calibrated.safetensors
For each fold a model of the same recipe and seed, with as many members, is trained on the other folds and scores the fold:
nine networks for sequence. Interrupted, the same command goes on with --work and the folder of the runs, which is told without it. One temperature is
fitted to all folds' logits (Guo et al. 2017); the error afterwards is that of each fold at the others' temperature.
It is the recipe's temperature, taken over to the model that has learned from all folds. A model of two stages gets one for each:
for whole records of two leads, and for one lead, short records and streams. Classes never change by it.`,
    )
    .action(async (name: string, options: CalibrateOptions) => {
      refuseToReplace(options.out, options.force === true);
      const model = await loadModel(name);
      const recipe = { ...(await recipeOf(model)), ...(await noiseOf(model, options)) };
      const list = await openSplit(options.split);
      const folds = await Promise.all(options.folds.split(',').map((fold) => openSplit(fold.trim())));
      foldComplements(list, folds);
      requireTrainingRecords(model, list, folds);
      const source = folderSource(options.data);
      const device = await openChosenDevice(options, console);
      const work = options.work ?? (await folderOfItsOwn(console));
      let isDone = false;
      try {
        const training = { source, work, console, device };
        const heldOut = folds.map(({ records }) => records);
        // As the model calls, so do the folds': a temperature is of what is called.
        const calls = model.kind === 'sequence' ? { selfTraining: model.selfTraining ?? null } : {};
        const scored = await foldScores(recipe, list, folds, training, calls);
        const fit = fitCalibration(scored, heldOut);
        const hasStages = model.kind === 'sequence' && model.relative !== undefined;
        const plain = hasStages
          ? fitCalibration(await foldScores(recipe, list, folds, training, { plain: true }), heldOut)
          : undefined;
        const { calibration: earlier, name: _, hash, ...uncalibrated } = model;
        const calibration: Calibration = {
          temperature: fit.temperature,
          folds: heldOut,
          beats: scored.count,
          eceBefore: fit.before.ece,
          eceAfter: fit.after.ece,
          command: `ecgpu calibrate --split ${list.name} --folds ${folds.map((fold) => fold.name).join(',')}`,
          of: earlier?.of ?? hash,
          ...(plain
            ? { plain: { temperature: plain.temperature, eceBefore: plain.before.ece, eceAfter: plain.after.ece } }
            : {}),
        };
        const file = encodeModel({ ...uncalibrated, calibration });
        await writeFileAtomic(options.out, file, { force: options.force === true });
        console.err(`wrote ${options.out}\n`);
        isDone = true;
        if (options.json) {
          const made = { model: options.out, hash: await fileHash(file) };
          return printJson(console, { ...made, calibration, ...fit, notForClinicalUse: true });
        }
        console.out(describe(fit, scored.count, folds, plain));
      } finally {
        device.close();
        if (isDone && options.work === undefined) await rm(work, { recursive: true, force: true });
      }
    });
}

/** Said before the training, because a signal ends the process where it is: what was trained is not lost then. */
async function folderOfItsOwn(console: Console): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ecgpu-folds-'));
  console.err(
    `the folds are trained in ${folder}, which goes when all is done; interrupted, go on with --work ${folder}\n`,
  );
  return folder;
}

/** A temperature belongs to a recipe, so the folds need the very one. */
async function recipeOf(model: LoadedModel): Promise<FoldRecipe> {
  const { kind, name } = model;
  const { command } = model.provenance;
  const found =
    /^ecgpu train (--model sequence )?--split \S+ --seed (\d+) --epochs (\d+)( --leads 2)?(?: --members (\d+))?(?: --stages 1)?( --found-peaks)?((?: --(?:weights|sampling|focal|logit-adjustment) \S+)*)(?: --noise \S+)?$/.exec(
      command,
    );
  const imbalance = await imbalanceOfFlags(found?.[7] ?? '').catch(() => undefined);
  if (found && imbalance && (found[1] !== undefined) === (kind === 'sequence')) {
    return {
      ...{ kind, seed: Number(found[2]), epochs: Number(found[3]) },
      ...{
        leads: found[4] === undefined ? 1 : 2,
        members: Number(found[5] ?? '1'),
        foundPeaks: found[6] !== undefined,
        imbalance,
      },
      // What it has, not what its command line says: earlier versions trained one stage and had no word for it.
      stages: model.kind === 'sequence' && model.relative ? 2 : 1,
    };
  }
  throw new EcgError('CALIBRATION_RECIPE', `${name} was made by '${command}', which cannot be repeated for each fold`, {
    where: name,
    fix: 'Calibrate a model that `ecgpu train` made without --encoder and --validate, before it is fine-tuned.',
  });
}

/** The noise that the model learned from, for the folds' models. */
async function noiseOf(
  { name, provenance }: LoadedModel,
  { noise: folder }: CalibrateOptions,
): Promise<Pick<FoldRecipe, 'noise'>> {
  const learned = provenance.noise;
  if (learned === undefined) {
    if (folder === undefined) return {};
    throw new UsageError(`${name} has learned from no noise`, 'Leave out --noise.');
  }
  if (folder === undefined) {
    throw new UsageError(
      `${name} has learned from noise, and so must the folds' models`,
      `Give the folder of ${learned.records.join(', ')}: --noise nstdb.`,
    );
  }
  const noise = await readTrainingNoise(folder);
  if (noise.dataHash === learned.dataHash) return { noise };
  throw new EcgError('CALIBRATION_RECIPE', `the noise in ${folder} is not what ${name} has learned from`, {
    where: folder,
    fix: 'Give the noise records that it was trained with.',
  });
}

function requireTrainingRecords(model: LoadedModel, list: RecordList, folds: readonly RecordList[]): void {
  const learned = model.provenance.records;
  const held = folds.flatMap(({ records }) => records);
  const problem = learned.find((record) => !held.includes(record)) ?? held.find((record) => !learned.includes(record));
  if (problem === undefined && list.records.length === held.length) return;
  throw new EcgError(
    'CALIBRATION_RECORDS',
    `${model.name} was trained on ${learned.length} records, the folds of ${list.name} hold ${held.length}${
      problem === undefined ? '' : `; ${problem} is in one of the two only`
    }`,
    {
      where: folds.map(({ name }) => name).join(', '),
      fix: 'Give folds that together hold the records that the model was trained on, and no others.',
    },
  );
}

function describe(
  { temperature, foldTemperatures, before, after }: CalibrationFit,
  beats: number,
  folds: readonly RecordList[],
  plain: CalibrationFit | undefined,
): string {
  const percent = (share: number | null) => (share === null ? '-' : (100 * share).toFixed(1)).padStart(7);
  const row = (bin: ReliabilityBin) =>
    `${String(bin.beats).padStart(7)} ${percent(bin.confidence)} ${percent(bin.accuracy)}`;
  const lines = [
    `Temperature ${temperature.toFixed(4)}, from ${beats} beats that were held out (without ${folds
      .map(({ name }, index) => `${name}: ${foldTemperatures[index]!.toFixed(3)}`)
      .join(', ')}).`,
    `Expected calibration error ${(100 * before.ece).toFixed(2)} % before, ${(100 * after.ece).toFixed(2)} % after; negative log-likelihood ${before.nll.toFixed(4)}, ${after.nll.toFixed(4)}.`,
    ...(plain
      ? [
          `That is of whole records of two leads. For one lead and for streams, of the model's other stage: temperature ${plain.temperature.toFixed(4)}, error ${(100 * plain.before.ece).toFixed(2)} % before, ${(100 * plain.after.ece).toFixed(2)} % after.`,
        ]
      : []),
    '',
    'confidence       before: beats    says %  right %   after: beats    says %  right %',
    ...before.bins.flatMap((bin, index) => {
      const later = after.bins[index]!;
      if (bin.beats + later.beats === 0) return [];
      return [`${bin.from.toFixed(2)} - ${bin.to.toFixed(2)}  ${row(bin).padStart(27)}  ${row(later).padStart(27)}`];
    }),
  ];
  return `${lines.join('\n')}\n\nResearch software: not for clinical use.\n`;
}
