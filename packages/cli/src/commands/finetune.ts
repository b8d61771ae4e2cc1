import { dirname } from 'node:path';
import { EcgError } from '@ecgpu/ecg-dsp';
import { folderSource, openRecordPath, writeFileAtomic } from '@ecgpu/ecg-dsp/node';
import {
  ADAPTED_LAYERS,
  type Adapted,
  type AdaptedLayers,
  adaptToPatient,
  assertDisjoint,
  type BeatSet,
  DEFAULT_FINETUNE,
  decodePatientModel,
  type Evaluation,
  encodePatientModel,
  evaluateCalls,
  LIGHT_AUGMENTATION,
  loadBeatSet,
  type Model,
  nameInList,
  openClassifier,
  prepareRehearsal,
  scoreBeats,
  trainedRecords,
  withoutFusionCheck,
} from '@ecgpu/model';
import { type LoadedModel, loadModel } from '@ecgpu/model/node';
import { type Command, Option } from 'commander';
import { databaseName } from '../options/chosen-records.js';
import { type DeviceOptions, deviceOption, openChosenDevice, threadsOption } from '../options/device.js';
import { positiveNumber, share, wholeNumber } from '../options/numbers.js';
import { refuseUnused } from '../options/unused-options.js';
import { type Console, printJson } from '../output/console.js';
import { refuseToReplace } from '../output/output-file.js';
import { printable } from '../output/printable.js';
import { beatsBefore, callsFrom } from '../protocols/patient-specific.js';
import { trainingRecordsIn } from '../records/training-records.js';

interface FinetuneOptions extends DeviceOptions {
  readonly minutes: number;
  readonly database?: string;
  readonly data?: string;
  readonly model: string;
  readonly layers?: AdaptedLayers;
  readonly steps?: number;
  readonly share?: number;
  readonly rehearsal: boolean;
  readonly seed: number;
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function registerFinetune(program: Command, console: Console): void {
  program
    .command('finetune')
    .description('adapt a model to a patient by the annotated first minutes of a record, and score it on the rest')
    .argument('<record>', 'WFDB record with .atr annotations: dir/233')
    .option('--minutes <n>', 'how much of the record to learn from', positiveNumber, 5)
    .option(
      '--database <name>',
      "that the record is of, where it is another than the model's training records are of: theirs may have the same names",
      databaseName,
    )
    .option(
      '--data <dir>',
      "folder with the model's training records, for rehearsal (default: the record's own folder, if it is of the same database)",
    )
    .option('--model <name|file>', 'model to start from: a shipped one, or a model file', 'beat')
    .addOption(
      new Option(
        '--layers <which>',
        'that learn: all, or those after the beat encoder (default: beat all; sequence has head only)',
      ).choices(['all', 'head']),
    )
    .option('--steps <n>', 'of training (default: beat 15 times through, sequence 100)', wholeNumber(1, 100_000))
    .option(
      '--share <x>',
      'how far to go from the model as it is, 0, to the fine-tuned one, 1 (default: what serves the last fifth of the minutes ' +
        'best, which is then not learned from)',
      share,
    )
    .option('--no-rehearsal', "learn from the patient's beats alone; what the patient does not show is then forgotten")
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--seed <n>', 'for draws, augmentation and dropout', wholeNumber(0, 2 ** 32 - 1), DEFAULT_FINETUNE.seed)
    .option(
      '--out <file>',
      "write the patient's model file: its differences from the model it was made from, which it needs",
    )
    .option('--force', 'replace a model file that is there')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu finetune mitdb/233 --out patient-233.safetensors
  ecgpu finetune mitdb/233 --model sequence --out patient-233.safetensors
  ecgpu finetune mitdb/233 --minutes 10 --layers head --share 0.5 --json
  ecgpu finetune clinic/101 --database clinic --data mitdb --out patient-101.safetensors
Both figures are of the beats after those minutes; the model never saw their labels: a record it was trained on is refused. Where its relative stage calls the record, what
is usual in it is taken from all of its beats, and that stage goes its own share of the way (JSON: relative). Without the training records there is no
rehearsal, and classes that the patient has not shown yet may be forgotten. A sequence model of the patient lets beats of a record that look alike
decide together, and asks the model as it was about S where the patient has shown none (JSON: alike, unshown).`,
    )
    .action(async (path: string, options: FinetuneOptions) => {
      if (!options.rehearsal) refuseUnused(options, ['data'], 'is for rehearsal');
      if (options.out === undefined) refuseUnused(options, ['force'], 'is for --out');
      else refuseToReplace(options.out, options.force === true);
      const model = await loadModel(options.model);
      const { source, name } = openRecordPath(path);
      const learned = newRecord(name, options.database, model, console);
      const set = await loadBeatSet(source, [name], model.contract, { margin: LIGHT_AUGMENTATION.shift });
      const end = options.minutes * 60 * set.records[0]!.fs;
      const own = beatsBefore(set, end);
      refuseEmptyHalf(own.count, set.count - own.count, name, options.minutes);
      refuseLayers(model, options.layers);
      const folder = options.data ?? (learned === name ? dirname(path) : undefined);
      const trained = options.rehearsal ? await trainingBeats(model, folder, console) : undefined;
      const device = await openChosenDevice(options, console);
      try {
        const score = async (scored: Model): Promise<Evaluation> => {
          const classifier = await openClassifier(device, withoutFusionCheck(scored));
          try {
            const calls = callsFrom(await scoreBeats(set, classifier), end, name);
            return evaluateCalls([calls], model.contract.mapping);
          } finally {
            classifier.release();
          }
        };
        const before = await score(model);
        const rehearsal = trained && (await prepareRehearsal(device, model, trained, options.seed));
        const line = console.progress('steps');
        const { layers, steps, share: given, seed } = options;
        const chosen = {
          ...(layers === undefined ? {} : { layers }),
          ...(steps === undefined ? {} : { steps }),
          ...(given === undefined ? {} : { share: given }),
        };
        const how = { ...chosen, seed, record: set };
        const adapted = await adaptToPatient(device, model, own, rehearsal, how, (done, total) =>
          line.update(done, total),
        );
        line.end();
        const flags = Object.entries(chosen).map(([option, value]) => ` --${option} ${value}`);
        if (!options.rehearsal) flags.push(' --no-rehearsal');
        const file = encodePatientModel(
          model.values,
          model.hash,
          adapted.values,
          {
            ...model.provenance,
            records: [...model.provenance.records, learned],
            command: `ecgpu finetune ${learned} --minutes ${options.minutes} --seed ${seed}${flags.join('')}`,
            seed,
            device: `${device.kind}: ${device.description}`,
            parent: model.hash,
          },
          adapted.patient,
        );
        // What is scored is what the file holds.
        const after = await score(decodePatientModel(file, model, model.hash));
        if (options.out !== undefined) {
          await writeFileAtomic(options.out, file, { force: options.force === true });
          console.err(`wrote ${options.out}: ${file.length} bytes\n`);
          await tellLostParent(options.out, model, console);
        }
        const rehearsalBeats = rehearsal?.beats.count ?? 0;
        if (options.json) {
          return printJson(console, {
            protocol: 'patient-specific',
            ...{ record: name, minutes: options.minutes, ownBeats: own.count, rehearsalBeats },
            ...{ share: adapted.share, heldBack: adapted.heldBack, parent: model.hash, bytes: file.length },
            ...(adapted.relative ? { relative: adapted.relative } : {}),
            ...(adapted.patient ? { unshown: adapted.patient.unshown, alike: adapted.patient.alike } : {}),
            ...{ before, after },
            notForClinicalUse: true,
          });
        }
        console.out(describe(name, own.count, rehearsalBeats, adapted, before, after));
      } finally {
        device.close();
      }
    });
}

/**
 * The record as the patient's model file calls it. One that the model has learned from is refused: the beats after the minutes would be scored,
 * and rehearsed. Another record of the patient is told.
 */
function newRecord(record: string, given: string | undefined, model: LoadedModel, console: Console): string {
  const trained = trainedRecords(model);
  const database = given ?? trained.database;
  const learned = nameInList(record, database, trained);
  if (trained.records.includes(learned)) {
    throw new EcgError('RECORD_IN_BOTH_HALVES', `${model.name} has learned from record ${record} of ${database}`, {
      where: record,
      fix: 'It knows these beats: take another record. If yours only has the same name, say what it is of: --database clinic.',
    });
  }
  const shared = assertDisjoint(trained, { name: record, database, records: [record] }, { allowSharedPatients: true });
  if (shared.length > 0) console.err(`the model has learned from another record of this patient (${shared.join()})\n`);
  return learned;
}

/** A patient's file is of no use where its parent is not found: neither shipped nor in the same folder. */
async function tellLostParent(out: string, { name, hash }: LoadedModel, console: Console): Promise<void> {
  try {
    await loadModel(out);
  } catch (error) {
    if (!(error instanceof EcgError && error.code === 'PARENT_NOT_FOUND')) throw error;
    console.err(`it needs ${printable(name)} (SHA-256 ${hash}) beside it: copy that into ${dirname(out)}\n`);
  }
}

function refuseLayers({ kind, name }: LoadedModel, layers: AdaptedLayers | undefined): void {
  if (layers === undefined || ADAPTED_LAYERS[kind].includes(layers)) return;
  throw new EcgError('FINETUNE_LAYERS', `a ${kind} model cannot learn in ${layers} of its layers`, {
    where: name,
    fix: `Give --layers ${ADAPTED_LAYERS[kind].join(' or ')}.`,
  });
}

function refuseEmptyHalf(own: number, rest: number, record: string, minutes: number): void {
  if (own > 0 && rest > 0) return;
  throw new EcgError(
    'FINETUNE_MINUTES',
    `${record} has no beats ${own === 0 ? 'in' : 'after'} its first ${minutes} minutes`,
    {
      where: record,
      fix: 'Choose --minutes so that there are annotated beats to learn from, and others to score the model on.',
    },
  );
}

/** Those of the model's training records that are in a folder; undefined where none is. */
async function trainingBeats(
  model: LoadedModel,
  folder: string | undefined,
  console: Console,
): Promise<BeatSet | undefined> {
  if (folder === undefined) {
    console.err('rehearsal: none, as the record is of another database; --data says where the training records are\n');
    return undefined;
  }
  const source = folderSource(folder);
  const there = await trainingRecordsIn(source, model);
  const all = model.provenance.records.length;
  if (there.length < all) {
    console.err(`rehearsal: ${there.length} of the model's ${all} training records are in ${folder}\n`);
  }
  if (there.length === 0) return undefined;
  const reading = console.progress('rehearsal records');
  const set = await loadBeatSet(source, there, model.contract, {
    margin: LIGHT_AUGMENTATION.shift,
    onRecord: (record, done, total) => reading.update(done, total, record),
  });
  reading.end(`${set.count} beats`);
  return set;
}

function describe(
  record: string,
  own: number,
  rehearsal: number,
  adapted: Adapted,
  before: Evaluation,
  after: Evaluation,
): string {
  // Of the stage that calls the whole record.
  const { share, heldBack } = adapted.relative ?? adapted;
  const percent = (value: number | null) => (value === null ? '-' : (100 * value).toFixed(1)).padStart(6);
  const lines = [
    `${printable(record)}: learned from ${own} beats of the patient and ${rehearsal} of others, scored on the ${after.overall.beats} beats after (AAMI mapping ${after.mapping}).`,
    heldBack.length === 0
      ? `It went ${share} of the way from the model as it was.`
      : `It went ${share} of the way from the model as it was: best for the last fifth of those minutes, which it did not learn from.`,
    ...(adapted.patient?.unshown ?? []).map(
      (label) => `Whether a beat is ${label}, which the patient had not shown, the model as it was says.`,
    ),
    '',
    'class   beats      F1 before    after',
  ];
  for (const label of ['N', 'S', 'V', 'F'] as const) {
    const { support, f1 } = after.classes[label];
    lines.push(
      `${label}    ${String(support).padStart(8)}         ${percent(before.classes[label].f1)}   ${percent(f1)}`,
    );
  }
  lines.push(`accuracy                ${percent(before.overall.accuracy)}   ${percent(after.overall.accuracy)}`);
  return `${lines.join('\n')}\n\nResearch software: not for clinical use.\n`;
}
