import { folderSource } from '@ecgpu/ecg-dsp/node';
import { evaluationReport, type ModelKind, type RecordList } from '@ecgpu/model';
import { dataHash } from '@ecgpu/model/node';
import { type DeviceOptions, openChosenDevice } from '../options/device.js';
import { type Console, printJson } from '../output/console.js';
import { averagesTable } from './average-f1.js';
import type { TrainingProtocol } from './training-protocol.js';

export interface TrainingEvaluation {
  readonly name: string;
  readonly protocol: TrainingProtocol;
  readonly kind: ModelKind;
  readonly list: RecordList;
  readonly data: string;
  readonly out: string | undefined;
  readonly folds: number | undefined;
  readonly epochs: number | undefined;
  readonly seed: number;
  readonly device: DeviceOptions;
  readonly json: boolean;
}

/** Trains and scores as a protocol says, and prints the table or the JSON document. */
export async function evaluateTraining(evaluation: TrainingEvaluation, console: Console): Promise<void> {
  const { name, protocol, list, data, device: choice, json, ...options } = evaluation;
  const source = folderSource(data);
  const hash = await dataHash(source, list.records);
  const device = await openChosenDevice(choice, console);
  try {
    const result = await protocol.score({ ...options, console, device, source, list, dataHash: hash });
    if (json) {
      return printJson(console, {
        ...{
          protocol: name,
          split: list.name,
          database: list.database,
          records: list.records,
          dataHash: hash,
          seed: options.seed,
        },
        device: { kind: device.kind, description: device.description },
        ...result,
        notForClinicalUse: true,
      });
    }
    console.out(`${result.statement}\n\n${evaluationReport(result.evaluation)}\n${averagesTable(result.averages)}`);
    console.out('\nResearch software: not for clinical use.\n');
  } finally {
    device.close();
  }
}
