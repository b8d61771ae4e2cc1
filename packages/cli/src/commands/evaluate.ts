import { folderSource, writeFileAtomic } from '@ecgpu/ecg-dsp/node';
import {
  assertDisjoint,
  confidenceTable,
  type Evaluation,
  type EvaluationSummary,
  evaluationReport,
  summarise,
  summaryTable,
  trainedRecords,
} from '@ecgpu/model';
import { type LoadedModel, openSplit } from '@ecgpu/model/node';
import { type Command, Option } from 'commander';
import { drawRiskCoverage } from '../drawing/risk-coverage.js';
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
import { wholeNumber } from '../options/numbers.js';
import { recordStepOption, recordStepsOf } from '../options/record-steps.js';
import { type Console, printJson } from '../output/console.js';
import { requireWritable } from '../output/output-file.js';
import { adaptedTable } from '../protocols/adapted-table.js';
import { beatsReadOnce } from '../protocols/beats-read-once.js';
import { endToEnd } from '../protocols/end-to-end.js';
import { evaluateTraining, type TrainingEvaluation } from '../protocols/evaluate-training.js';
import { interPatient } from '../protocols/inter-patient.js';
import { intraPatient } from '../protocols/intra-patient.js';
import { patientSpecific } from '../protocols/patient-specific.js';
import type { Protocol, ProtocolContext, ProtocolResult } from '../protocols/protocol.js';
import { requireProtocolOptions } from '../protocols/protocol-options.js';
import { subjectSpecific } from '../protocols/subject-specific.js';
import type { TrainingProtocol } from '../protocols/training-protocol.js';
import { UsageError } from '../usage-error.js';

/** Those that score models. */
const protocols = {
  'inter-patient': interPatient,
  'end-to-end': endToEnd,
  'patient-specific': patientSpecific,
} as const satisfies Record<string, Protocol>;

/** Those that score a recipe, and train it. */
const trainingProtocols = {
  'intra-patient': intraPatient,
  'subject-specific': subjectSpecific,
} as const satisfies Record<string, TrainingProtocol>;

type ProtocolName = keyof typeof protocols | keyof typeof trainingProtocols;

/**
 * Records that decide a figure, or should not: 202 is of the man whose 201 is in DS1, and 232 holds 75 % of DS2's S beats.
 */
const LEFT_OUT = [['202'], ['232'], ['202', '232']] as const;

interface EvaluateOptions extends DeviceOptions, ModelAs, ChosenRecords {
  readonly data: string;
  readonly protocol: ProtocolName;
  readonly model: readonly string[];
  readonly out?: string;
  readonly folds?: number;
  readonly epochs?: number;
  readonly seed: number;
  readonly allowSharedPatients?: boolean;
  readonly riskCoverage?: string;
  readonly causal?: boolean;
  readonly json?: boolean;
}

export function registerEvaluate(program: Command, console: Console): void {
  program
    .command('evaluate')
    .description('score models on annotated records that they were not trained on, or a recipe by training it')
    .requiredOption('--data <dir>', 'folder with the records and their .atr annotations')
    .addOption(
      new Option(
        '--protocol <name>',
        'of models: inter-patient, at annotated R peaks; end-to-end, at those found; patient-specific, adapted to each record by its ' +
          'first 5 minutes. Of a recipe, which is trained: intra-patient, on beats at random (LEAKING: the same patients, and each ' +
          "beat's neighbours, are in training and in test); subject-specific, on the first 80 % of each record (--model sequence is then fine-tuned on each patient)",
      )
        .choices([...Object.keys(protocols), ...Object.keys(trainingProtocols)])
        .default('inter-patient'),
    )
    .addOption(splitOption())
    .addOption(recordsOption())
    .addOption(databaseOption())
    .addOption(
      new Option(
        '--model <name|file...>',
        'shipped model, or a model file; several give mean and range. With a protocol that trains: the kind to train',
      ).default(['beat'], 'beat'),
    )
    .addOption(mappingOption())
    .option('--out <dir>', 'with a protocol that trains: folder from which the same command goes on when interrupted')
    .option('--folds <n>', 'with intra-patient: how many folds of beats (default: 5)', wholeNumber(2, 100))
    .option('--epochs <n>', 'with a protocol that trains: epochs of each training', wholeNumber(1))
    .addOption(leadsOption())
    .addOption(recordStepOption('selfTraining'))
    .addOption(recordStepOption('fusionCheck'))
    .option('--seed <n>', 'of training, fine-tuning and of the bootstrap over records', wholeNumber(0, 2 ** 32 - 1), 0)
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option(
      '--allow-shared-patients',
      "take a patient with one record in training and another here (MIT-BIH's 201 and 202 in the field's DS1/DS2)",
    )
    .option(
      '--risk-coverage <file>',
      'with inter-patient: draw wrong calls over the share of beats called (SVG), replacing it',
    )
    .option('--causal', 'measure each beat against those before it only, as `ecgpu stream` does')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu evaluate --split ds2 --data mitdb --allow-shared-patients
  ecgpu evaluate --records 100,233 --data data/mitdb-samples
  ecgpu evaluate --records 100,101 --database clinic --data clinic
  ecgpu evaluate --split ds2 --data mitdb --allow-shared-patients --model runs/a/model.safetensors runs/b/model.safetensors
  ecgpu evaluate --protocol end-to-end --split ds2 --data mitdb --allow-shared-patients --json
  ecgpu evaluate --split ds2 --data mitdb --allow-shared-patients --model sequence --causal
  ecgpu evaluate --protocol intra-patient --data mitdb --out runs/intra-patient
  ecgpu evaluate --protocol subject-specific --data mitdb --json
  ecgpu evaluate --protocol subject-specific --model sequence --data mitdb --out runs/known-patients
  ecgpu evaluate --protocol patient-specific --split ds2 --data mitdb --allow-shared-patients --model sequence
A record the model was trained on is refused: its figures would say nothing about other people. Records by name are taken to be of the
database that the model was trained on, unless --database says otherwise: a record of the same name is then somebody else's.`,
    )
    .action(async (options: EvaluateOptions) => {
      requireProtocolOptions(options.protocol, options);
      if (isTraining(options.protocol)) return evaluateTraining(await trainingEvaluation(options, console), console);
      if (options.riskCoverage !== undefined) requireWritable(options.riskCoverage);
      const causal = options.causal === true;
      const models = await Promise.all(options.model.map((name) => modelAs(name, options)));
      const databases = models.map((model) => trainedRecords(model).database);
      const list = await chosenRecords(options, databases, console);
      const allowSharedPatients = options.allowSharedPatients === true;
      const shared = new Set(
        models.flatMap((model) => assertDisjoint(trainedRecords(model, list.patients), list, { allowSharedPatients })),
      );
      const device = await openChosenDevice(options, console);
      try {
        const source = folderSource(options.data);
        const beats = beatsReadOnce(source, list, console);
        const context: ProtocolContext = { console, device, source, list, seed: options.seed, causal, beats };
        const protocol: Protocol = protocols[options.protocol as keyof typeof protocols];
        const results: ScoredModel[] = [];
        for (const model of models) results.push({ model, ...(await protocol.score(model, context)) });
        if (options.riskCoverage !== undefined) await drawCurves(options.riskCoverage, results, console);
        const summaries = summariesOf(
          results.map(({ evaluation }) => evaluation),
          options.seed,
        );
        const earlier = results.flatMap(({ before }) => before ?? []);
        const summariesBefore = earlier.length === 0 ? undefined : summariesOf(earlier, options.seed);
        if (options.json) {
          const [first, ...repeats] = results.map(({ model, ...scores }) => ({ model: scoredModel(model), ...scores }));
          return printJson(console, {
            protocol: options.protocol,
            causal,
            split: list.name,
            database: list.database,
            records: list.records,
            sharedPatients: [...shared],
            device: { kind: device.kind, description: device.description },
            ...first,
            repeats,
            summaries,
            ...(summariesBefore ? { summariesBefore } : {}),
            notForClinicalUse: true,
          });
        }
        console.out(`${protocol.heading(models[0]!, list)}\n`);
        if (causal) console.out('Each beat is measured against those before it only, as a stream has it.\n');
        if (shared.size > 0) console.out(`Patients in both halves: ${[...shared].join(', ')}.\n`);
        for (const { model, evaluation, before, adapted, confidence } of results) {
          if (models.length > 1) console.out(`\nModel ${model.name}:\n`);
          if (before) console.out(`\nBefore:\n${evaluationReport(before)}\nAfter:\n`);
          console.out(`\n${evaluationReport(evaluation)}`);
          if (before && adapted) console.out(`\n${adaptedTable(adapted, before, evaluation)}`);
          if (confidence) console.out(`\n${confidenceTable(confidence)}`);
        }
        const title = `Mean F1 (range over ${models.length} models) [95 % over patients]`;
        if (summariesBefore) console.out(`\n${title}, before:\n${summaryTable(summariesBefore)}\nAfter:`);
        console.out(`\n${title}:\n${summaryTable(summaries)}`);
        console.out('\nResearch software: not for clinical use.\n');
      } finally {
        device.close();
      }
    });
}

function isTraining(name: ProtocolName): name is keyof typeof trainingProtocols {
  return Object.hasOwn(trainingProtocols, name);
}

async function trainingEvaluation(options: EvaluateOptions, console: Console): Promise<TrainingEvaluation> {
  const { data, out, folds, epochs, seed, json = false, split, records, database, model } = options;
  const name = options.protocol as keyof typeof trainingProtocols;
  const protocol: TrainingProtocol = trainingProtocols[name];
  const kind = protocol.kinds.find((kind) => model.length === 1 && kind === model[0]);
  if (kind === undefined) {
    throw new UsageError(
      `${name} trains what it scores; '${model.join(' ')}' is no kind that it trains`,
      `Give --model ${protocol.kinds.join(' or ')}.`,
    );
  }
  const usual = await openSplit(protocol.split);
  const isUsual = split === undefined && records === undefined && database === undefined;
  const list = isUsual ? usual : await chosenRecords(options, [usual.database], console);
  return { name, protocol, kind, list, data, out, folds, epochs, seed, device: options, json };
}

/** A curve a model, of the protocols that score models as they are. */
async function drawCurves(path: string, results: readonly ScoredModel[], console: Console): Promise<void> {
  const curves = results.flatMap(({ model: { name }, confidence }) => (confidence ? [{ name, ...confidence }] : []));
  await writeFileAtomic(path, new TextEncoder().encode(drawRiskCoverage(curves)), { force: true });
  console.err(`wrote ${path}\n`);
}

interface ScoredModel extends ProtocolResult {
  readonly model: LoadedModel;
}

/** What a document says of a model; its file does not say how it calls whole records where an option did. */
function scoredModel(model: LoadedModel) {
  const { name, hash, provenance } = model;
  return { name, hash, provenance, ...recordStepsOf(model) };
}

/** Of all records, and without those that decide figures alone, where they are among them and not all there are. */
function summariesOf(evaluations: readonly Evaluation[], seed: number): EvaluationSummary[] {
  const names = evaluations[0]!.records.map(({ record }) => record);
  const applicable = LEFT_OUT.filter(
    (without) => without.every((name) => names.includes(name)) && names.length > without.length,
  );
  return [[], ...applicable].map((without) => summarise(evaluations, { without, seed }));
}
