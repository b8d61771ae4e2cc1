import { type RecordSource, readHeader } from '@ecgpu/ecg-dsp';
import { percent, type Ratio, textTable } from '@ecgpu/ecg-dsp/ec57';
import { folderSource, openRecordPath } from '@ecgpu/ecg-dsp/node';
import { assertDisjoint, type Evaluation, nameInList, type RecordList, trainedRecords } from '@ecgpu/model';
import type { LoadedModel } from '@ecgpu/model/node';
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  type ChosenRecords,
  chosenRecords,
  databaseOption,
  recordsOption,
  splitOption,
} from '../options/chosen-records.js';
import { type DeviceOptions, deviceOption, openChosenDevice, threadsOption } from '../options/device.js';
import { leadsOption } from '../options/leads.js';
import { type ModelAs, mappingOption, modelAs } from '../options/model-as.js';
import { recordStepOption, recordStepsOf } from '../options/record-steps.js';
import { type Console, printJson } from '../output/console.js';
import { type NoisePoint, noiseCurve } from '../protocols/noise-curve.js';
import { decibelsOf, findNoise } from '../records/noisy-record.js';
import { UsageError } from '../usage-error.js';

interface NoiseCurveOptions extends DeviceOptions, ModelAs, ChosenRecords {
  readonly data: string;
  readonly noise: string;
  readonly snr: readonly number[];
  readonly model: readonly string[];
  readonly allowTrainingRecords?: boolean;
  readonly causal?: boolean;
  readonly json?: boolean;
}

/** Adds `noise-curve`: what detector and classifier are worth over the signal-to-noise ratio. */
export function registerNoiseCurve(program: Command, console: Console): void {
  program
    .command('noise-curve')
    .description('score detection and classification over the signal-to-noise ratio, by the noise stress test')
    .requiredOption('--data <dir>', 'folder with the records and their .atr annotations')
    .addOption(splitOption())
    .addOption(recordsOption())
    .addOption(databaseOption())
    .option('--noise <record>', 'noise record; a bare name (em, ma, bw) is looked for there and in ../nstdb', 'em')
    .addOption(
      new Option('--snr <list>', 'signal-to-noise ratios in dB')
        .argParser(decibels)
        .default([24, 18, 12, 6, 0, -6], '24,18,12,6,0,-6'),
    )
    .addOption(new Option('--model <name|file...>', 'shipped models, or model files').default(['beat'], 'beat'))
    .addOption(mappingOption())
    .addOption(leadsOption())
    .addOption(recordStepOption('selfTraining'))
    .addOption(recordStepOption('fusionCheck'))
    .option('--causal', 'measure each beat against those before it only, as `ecgpu stream` does')
    .option('--allow-training-records', 'take records that a model was trained on, and say so')
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu noise-curve --data mitdb --split ds2 --noise em
  ecgpu noise-curve --data mitdb --records 118,119 --model beat sequence --allow-training-records
  ecgpu noise-curve --data mitdb --records 100 --noise nstdb/ma --snr 12,0 --json
  ecgpu noise-curve --data mitdb --split ds2 --model sequence --leads 1
Noise is added after five minutes, two minutes with and two without in turn. Scored are the beats of the stretches with noise, and the
same beats without it: found beats against annotated ones (Se, +P), and F1 of their classes. Where one of the models has learned from
noise (train --noise), all are tested with the part of the noise record that none has learned from: its second half.`,
    )
    .action((options: NoiseCurveOptions) => run(options, console));
}

async function run(options: NoiseCurveOptions, console: Console): Promise<void> {
  const { data, noise, snr: snrs, causal = false, json } = options;
  const models = await Promise.all(options.model.map((name) => modelAs(name, options)));
  const databases = models.map((model) => trainedRecords(model).database);
  const list = await chosenRecords(options, databases, console);
  const { records, database } = list;
  const trained = models.map((model) => trainedOn(model, list, options.allowTrainingRecords === true));
  const path = findNoise(noise, data);
  const source = folderSource(data);
  await requireRecords(source, records, path);
  const device = await openChosenDevice(options, console);
  try {
    const noiseFrom = Math.max(0, ...models.map(({ provenance }) => provenance.noise?.learnedShare ?? 0));
    const curves = [];
    for (const [index, model] of models.entries()) {
      const points = await noiseCurve(model, {
        console,
        device,
        source,
        records,
        noise: path,
        noiseFrom,
        snrs,
        causal,
      });
      const { name, hash, contract } = model;
      const { known, shared } = trained[index]!;
      const learned = { trainedOn: known, sharedPatients: shared };
      curves.push({ model: { name, hash, ...recordStepsOf(model) }, mapping: contract.mapping, ...learned, points });
      if (json) continue;
      console.out(
        `${index > 0 ? '\n' : ''}${name}, noise ${noise}, ${records.join(' ')}, ${contract.mapping} mapping\n`,
      );
      if (causal) console.out('Each beat is measured against those before it only, as a stream has it.\n');
      if (known.length > 0)
        console.out(`TRAINED ON ${known.join(' ')}: the classes of these records say nothing about other people.\n`);
      if (noiseFrom > 0)
        console.out(`Noise: all of it but the first ${100 * noiseFrom} %, from which models have learned.\n`);
      if (shared.length > 0) console.out(`Patients in both halves: ${shared.join(', ')}.\n`);
      console.out(`\n${table(points)}`);
    }
    if (!json) return console.out('\nResearch software: not for clinical use.\n');
    const { kind, description } = device;
    const given = { noise, noiseFrom, database, records, causal };
    printJson(console, { ...given, device: { kind, description }, curves, notForClinicalUse: true });
  } finally {
    device.close();
  }
}

/** Finds out before long work that one of many records is missing. @throws EcgError FILE_NOT_FOUND, and what reading a header throws */
async function requireRecords(source: RecordSource, records: readonly string[], noise: string): Promise<void> {
  for (const record of records) await readHeader(source, record);
  const { source: folder, name } = openRecordPath(noise);
  await readHeader(folder, name);
}

const CLASSES = ['N', 'S', 'V', 'F'] as const;

function table(points: readonly NoisePoint[]): string {
  const share = (ratio: Ratio): string => percent(ratio)?.toFixed(1) ?? '-';
  const percentage = (fraction: number | null): string => (fraction === null ? '-' : (100 * fraction).toFixed(1));
  const figures = ({ classes, overall }: Evaluation): string[] => [
    ...CLASSES.map((label) => percentage(classes[label].support > 0 ? classes[label].f1 : null)),
    percentage(overall.accuracy),
  ];
  const names = [...CLASSES.map((label) => `F1 ${label}`), 'accuracy'];
  return textTable(
    ['SNR, dB', 'QRS Se', 'QRS +P', ...names, ...names.map((name) => `${name}, found`)],
    points.map(({ snr, qrsSensitivity, qrsPredictivity, annotated, found }) => [
      snr === null ? 'no noise' : `${snr}`,
      share(qrsSensitivity),
      share(qrsPredictivity),
      ...figures(annotated),
      ...figures(found),
    ]),
  );
}

interface Learned {
  /** Records that a model has learned from. */
  readonly known: readonly string[];
  /** Patients of whom it has learned from another record. */
  readonly shared: readonly string[];
}

/** @throws UsageError where it has learned from a record, and that is not allowed */
function trainedOn(model: LoadedModel, list: RecordList, isAllowed: boolean): Learned {
  const trained = trainedRecords(model, list.patients);
  const { database, records } = list;
  const known = records.filter((record) => trained.records.includes(nameInList(record, database, trained)));
  if (known.length > 0 && !isAllowed) {
    throw new UsageError(
      `${model.name} was trained on ${known.join(' ')}`,
      'Take other records, or --allow-training-records where only the fall over the noise matters.',
    );
  }
  const others = { ...list, records: records.filter((record) => !known.includes(record)) };
  return { known, shared: assertDisjoint(trained, others, { allowSharedPatients: true }) };
}

function decibels(text: string): number[] {
  return text.split(',').map((part) => {
    const value = decibelsOf(part);
    if (value === undefined) throw new InvalidArgumentError('dB from -100 to 100, with commas between, are needed.');
    return value;
  });
}
