import { folderSource } from '@ecgpu/ecg-dsp/node';
import {
  assertDisjoint,
  evaluateOnBeats,
  evaluationReport,
  loadBeatSet,
  openClassifier,
  type RecordList,
} from '@ecgpu/model';
import { type LoadedModel, loadModel, openSplit } from '@ecgpu/model/node';
import { type Command, Option } from 'commander';
import { type Console, printJson } from '../console.js';
import { type DeviceChoice, deviceOption, openChosenDevice } from '../device-option.js';
import { UsageError } from '../usage-error.js';

interface EvaluateOptions {
  readonly data: string;
  readonly split?: string;
  readonly records?: string;
  readonly model: string;
  readonly device: DeviceChoice;
  readonly allowSharedPatients?: boolean;
  readonly json?: boolean;
}

export function registerEvaluate(program: Command, console: Console): void {
  program
    .command('evaluate')
    .description("score a model on annotated records that it was not trained on, at the annotations' R peaks")
    .requiredOption('--data <dir>', 'folder with the records and their .atr annotations')
    .addOption(new Option('--split <name|file>', 'which records').conflicts('records'))
    .option('--records <list>', 'records by name: 100,233')
    .option('--model <name|file>', 'shipped model, or a model file', 'beat')
    .addOption(deviceOption())
    .option(
      '--allow-shared-patients',
      "take a patient with one record in training and another here (MIT-BIH's 201 and 202 in the field's DS1/DS2)",
    )
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu evaluate --split ds2 --data mitdb --allow-shared-patients
  ecgpu evaluate --records 100,233 --data data/mitdb-samples
  ecgpu evaluate --split ds2 --data mitdb --allow-shared-patients --model runs/beat/model.safetensors --json
A record the model was trained on is refused: its figures would say nothing about other people.`,
    )
    .action(async (options: EvaluateOptions) => {
      const model = await loadModel(options.model);
      const list = await recordList(options);
      const shared = assertDisjoint(trainingList(model), list, {
        allowSharedPatients: options.allowSharedPatients === true,
      });
      const device = await openChosenDevice(options.device, console);
      try {
        const reading = console.progress('records');
        const set = await loadBeatSet(folderSource(options.data), list.records, model.contract, {
          onRecord: (record, done, total) => reading.update(done, total, record),
        });
        reading.end(`${set.count} beats`);
        const classifier = await openClassifier(device, model);
        const line = console.progress('beats');
        const evaluation = await evaluateOnBeats(set, classifier, (done, total) => line.update(done, total));
        line.end();
        if (options.json) {
          return printJson(console, {
            protocol: 'inter-patient',
            split: list.name,
            records: list.records,
            sharedPatients: shared,
            model: { name: model.name, hash: model.hash, provenance: model.provenance },
            device: { kind: device.kind, description: device.description },
            evaluation,
            notForClinicalUse: true,
          });
        }
        console.out(
          `Inter-patient: trained on ${model.provenance.records.length} records, scored on ${list.name}, at annotated R peaks.\n`,
        );
        if (shared.length > 0) console.out(`Patients in both halves: ${shared.join(', ')}.\n`);
        console.out(`\n${evaluationReport(evaluation)}\nResearch software: not for clinical use.\n`);
      } finally {
        device.close();
      }
    });
}

async function recordList({ split, records }: EvaluateOptions): Promise<RecordList> {
  if (split !== undefined) return openSplit(split);
  if (records === undefined) throw new UsageError('which records?', 'Give --split NAME or --records 100,233.');
  const names = records
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0 || new Set(names).size !== names.length) {
    throw new UsageError(
      `'${records}' is no list of records`,
      'Name each record once, with commas between: --records 100,233.',
    );
  }
  return { name: names.join(','), database: 'mitdb', records: names };
}

function trainingList({ provenance, name }: LoadedModel): RecordList {
  return { name: `the training set of ${name}`, database: 'mitdb', records: provenance.records };
}
