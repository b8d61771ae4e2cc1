import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EcgError } from '@ecgpu/ecg-dsp';
import { openRecordPath, writeFileAtomic } from '@ecgpu/ecg-dsp/node';
import type { Device } from '@ecgpu/engine';
import { loadRhythmModel } from '@ecgpu/model/node';
import {
  formatAnswers,
  prepareRecording,
  RHYTHM_CONTRACT,
  RhythmClassifier,
  type RhythmFindings,
  type RhythmSignal,
  readRecording,
  rhythmClassTitles,
  rhythmFolds,
} from '@ecgpu/model/rhythm';
import type { Command } from 'commander';
import { type DeviceOptions, deviceOption, openChosenDevice, threadsOption } from '../options/device.js';
import { wholeNumber } from '../options/numbers.js';
import { type Console, printJson } from '../output/console.js';
import { printable } from '../output/printable.js';
import { evaluateRhythms, findRhythms, type RhythmEvaluation, rhythmTable } from '../rhythm/evaluation.js';
import { findRecordings, loadRecordings, recordingsHash } from '../rhythm/recordings.js';
import { trainRhythm } from '../rhythm/train.js';

interface DataOptions extends DeviceOptions {
  readonly data: readonly string[];
  readonly reference?: string;
  readonly json?: boolean;
}

interface TrainOptions extends DataOptions {
  readonly out: string;
  readonly seed: number;
  readonly epochs?: number;
  readonly resume?: boolean;
}

const NOTICE = 'Research software: not for clinical use.\n';

/** Adds `rhythm`: findings of whole twelve-lead recordings, as in the China Physiological Signal Challenge 2018. */
export function registerRhythm(program: Command, console: Console): void {
  const rhythm = program
    .command('rhythm')
    .description('nine findings of whole 12-lead recordings, as in the China Physiological Signal Challenge 2018')
    .addHelpText(
      'after',
      '\nExamples:\n  ecgpu rhythm train --data cpsc2018 --out runs/rhythm\n  ecgpu rhythm classify cpsc2018/A0001 --model runs/rhythm/model.safetensors',
    );

  withTraining(rhythm.command('train').description('train a rhythm model on labelled recordings'))
    .addHelpText(
      'after',
      `
Examples:
  ecgpu rhythm train --data cpsc2018 --out runs/rhythm
  ecgpu rhythm train --data cpsc2018/wfdb cpsc2018/original --reference cpsc2018/REFERENCE.csv --out runs/rhythm --resume`,
    )
    .action((options: TrainOptions) => train(options, console));

  withTraining(
    rhythm
      .command('crossvalidate')
      .description('train on all folds but one, score the one, for each: every recording is scored once'),
  )
    .option('--folds <n>', 'parts that the recordings are dealt into, each recording whole', wholeNumber(2, 100), 5)
    .addHelpText(
      'after',
      `
Examples:
  ecgpu rhythm crossvalidate --data cpsc2018 --out runs/rhythm-cv
  ecgpu rhythm crossvalidate --data cpsc2018 --folds 10 --out runs/rhythm-cv10 --resume --json
The folder gets folds.json, a run for each fold, answers.csv (as the challenge wants them) and evaluation.json.
Figures on the public recordings are not comparable with those on the challenge's hidden ones.`,
    )
    .action((options: TrainOptions & { readonly folds: number }) => crossvalidate(options, console));

  withData(rhythm.command('evaluate').description('score a rhythm model on recordings that it was not trained on'))
    .requiredOption('--model <file>', 'model file of `ecgpu rhythm train`')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu rhythm evaluate --data validation --model runs/rhythm/model.safetensors
A recording the model was trained on is refused: its figure would say nothing about other people.`,
    )
    .action((options: DataOptions & { readonly model: string }) => evaluate(options, console));

  rhythm
    .command('classify')
    .description('the findings of recordings')
    .argument('<recording...>', 'dir/A0001, WFDB (A0001.hea) or MATLAB (A0001.mat)')
    .requiredOption('--model <file>', 'model file of `ecgpu rhythm train`')
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu rhythm classify cpsc2018/A0001 --model runs/rhythm/model.safetensors
  ecgpu rhythm classify cpsc2018/A0001 cpsc2018/A0002 --model runs/rhythm/model.safetensors --json`,
    )
    .action((recordings: string[], options: Omit<DataOptions, 'data'> & { readonly model: string }) =>
      classify(recordings, options, console),
    );
}

function withData(command: Command): Command {
  return command
    .requiredOption('--data <dir...>', 'folders with the recordings: WFDB (A0001.hea) or MATLAB (A0001.mat)')
    .option('--reference <file>', 'labels (default: REFERENCE.csv in one of the folders)')
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--json', 'one JSON document on stdout');
}

function withTraining(command: Command): Command {
  return withData(command)
    .requiredOption('--out <dir>', "the run's folder: configuration, metrics, checkpoints, model.safetensors")
    .option('--seed <n>', 'for initial weights, order, stretches, changes and dropout', wholeNumber(0, 2 ** 32 - 1), 0)
    .option('--epochs <n>', 'times through the recordings (default: 30)', wholeNumber(1))
    .option('--resume', 'go on from the last checkpoint of this run');
}

async function train(options: TrainOptions, console: Console): Promise<void> {
  const { out, seed, epochs, resume = false } = options;
  const found = await findRecordings(options.data, options.reference, console);
  const dataHash = await recordingsHash(found);
  await withDevice(options, console, async (device) => {
    const recordings = await loadRecordings(found, RHYTHM_CONTRACT, console);
    const command = trainingCommand('train', options);
    const job = { recordings, dataHash, out, split: 'all', seed, epochs, resume, command };
    const trained = await trainRhythm(job, device, console);
    const { path, hash } = trained;
    if (options.json) {
      const document = { model: path, hash, recordings: recordings.length, epochs: trained.epochs };
      return printJson(console, { ...document, notForClinicalUse: true });
    }
    console.out(`model of ${recordings.length} recordings: ${path}\n${NOTICE}`);
  });
}

async function crossvalidate(options: TrainOptions & { readonly folds: number }, console: Console): Promise<void> {
  const { out, seed, epochs, resume = false } = options;
  const found = await findRecordings(options.data, options.reference, console);
  const folds = rhythmFolds(found, options.folds, seed);
  const dataHash = await recordingsHash(found);
  await withDevice(options, console, async (device) => {
    const recordings = await loadRecordings(found, RHYTHM_CONTRACT, console);
    await keepFolds(join(out, 'folds.json'), `${JSON.stringify({ seed, folds }, null, 2)}\n`);
    const findings: RhythmFindings[] = [];
    const byFold: RhythmEvaluation[] = [];
    for (const [index, held] of folds.entries()) {
      const name = `fold-${index + 1}`;
      console.err(`${name} of ${folds.length}\n`);
      const job = {
        ...{ dataHash, seed, epochs, resume },
        recordings: recordings.filter(({ signal }) => !held.includes(signal.record)),
        out: join(out, name),
        split: `all but ${name} of ${folds.length}`,
        command: `${trainingCommand('crossvalidate', options)} --folds ${folds.length}`,
      };
      const { model } = await trainRhythm(job, device, console);
      const heldOut = recordings.filter(({ signal }) => held.includes(signal.record));
      const own = await findRhythms(device, model, heldOut, console);
      byFold.push(evaluateRhythms(own, found));
      findings.push(...own);
    }
    const pooled = evaluateRhythms(findings, found);
    const answers = new Map(findings.map(({ record, answer }) => [record, answer]));
    await writeFileAtomic(join(out, 'answers.csv'), formatAnswers(answers), { force: true });
    const document = {
      protocol: `${folds.length} folds by recording`,
      seed,
      pooled,
      folds: byFold,
      notForClinicalUse: true,
    };
    await writeFileAtomic(join(out, 'evaluation.json'), `${JSON.stringify(document, null, 2)}\n`, { force: true });
    if (options.json) return printJson(console, document);
    const heading = `${findings.length} recordings, each scored by a model of the other folds (${folds.length} folds by recording):`;
    console.out(`${heading}\n\n${rhythmTable(pooled)}\n${NOTICE}`);
  });
}

/** The folds of the runs beside them: others would not say any more what those runs have learned from. */
async function keepFolds(file: string, folds: string): Promise<void> {
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept === undefined) return writeFileAtomic(file, folds);
  if (kept === folds) return;
  throw new EcgError('RUN_DIFFERS', `${file} is of other recordings, folds or another seed`, {
    where: file,
    fix: 'Give the options that the runs beside it were started with, or name another folder.',
  });
}

async function evaluate(options: DataOptions & { readonly model: string }, console: Console): Promise<void> {
  const model = await loadRhythmModel(options.model);
  const found = await findRecordings(options.data, options.reference, console);
  const known = new Set(model.provenance.records);
  const seen = found.find(({ record }) => known.has(record));
  if (seen !== undefined) {
    throw new EcgError('NOT_DISJOINT', `${options.model} was trained on ${seen.record}`, {
      where: seen.record,
      fix: 'Score it on other recordings, or let `ecgpu rhythm crossvalidate` hold some out.',
    });
  }
  await withDevice(options, console, async (device) => {
    const recordings = await loadRecordings(found, model.contract, console);
    const findings = await findRhythms(device, model, recordings, console);
    const evaluation = evaluateRhythms(findings, found);
    if (options.json) return printJson(console, { ...evaluation, findings, notForClinicalUse: true });
    console.out(`${findings.length} recordings:\n\n${rhythmTable(evaluation)}\n${NOTICE}`);
  });
}

async function classify(
  paths: readonly string[],
  options: Omit<DataOptions, 'data'> & { readonly model: string },
  console: Console,
): Promise<void> {
  const model = await loadRhythmModel(options.model);
  const signals: RhythmSignal[] = [];
  for (const path of paths) {
    const { source, name } = openRecordPath(path.replace(/\.mat$/i, ''));
    signals.push(prepareRecording(await readRecording(source, name), model.contract));
  }
  await withDevice(options, console, async (device) => {
    const classifier = new RhythmClassifier(device, model.values, model.shape, model.contract);
    const findings: RhythmFindings[] = [];
    for (const signal of signals) findings.push(await classifier.classify(signal));
    classifier.release();
    if (options.json) return printJson(console, { model: { hash: model.hash }, findings, notForClinicalUse: true });
    for (const { record, answer, probabilities } of findings) {
      const ranked = model.contract.classes
        .map((name, k) => ({ name, p: probabilities[k]! }))
        .sort((a, b) => b.p - a.p)
        .slice(0, 3)
        .map(({ name, p }) => `${name} ${(100 * p).toFixed(0)} %`);
      console.out(`${printable(record)}: ${rhythmClassTitles[answer]} (${ranked.join(', ')})\n`);
    }
    console.out(NOTICE);
  });
}

function trainingCommand(name: string, { seed, epochs, reference }: TrainOptions): string {
  const more = [
    reference === undefined ? '' : ' --reference REFERENCE.csv',
    epochs === undefined ? '' : ` --epochs ${epochs}`,
  ];
  return `ecgpu rhythm ${name} --data DIR${more.join('')} --seed ${seed}`;
}

async function withDevice(
  choice: DeviceOptions,
  console: Console,
  work: (device: Device) => Promise<void>,
): Promise<void> {
  const device = await openChosenDevice(choice, console);
  try {
    await work(device);
  } finally {
    device.close();
  }
}
