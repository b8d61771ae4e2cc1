import { dirname } from 'node:path';
import { EcgError } from '@ecgpu/ecg-dsp';
import { folderSource, openRecordPath, writeFileAtomic } from '@ecgpu/ecg-dsp/node';
import type { Device } from '@ecgpu/engine';
import {
  type BeatSet,
  DEFAULT_FINETUNE,
  drawRehearsal,
  type Evaluation,
  encodeModel,
  evaluateOnBeats,
  finetuneOnPatient,
  LIGHT_AUGMENTATION,
  loadBeatSet,
  openClassifier,
  type ParameterValues,
  requireKind,
  selectBeats,
} from '@ecgpu/model';
import { type LoadedModel, loadModel } from '@ecgpu/model/node';
import type { Command } from 'commander';
import { type Console, printJson } from '../console.js';
import { type DeviceOptions, deviceOption, openChosenDevice, threadsOption } from '../device-option.js';
import { positiveNumber, wholeNumber } from '../options.js';
import { refuseToReplace } from '../output-file.js';
import { printable } from '../printable.js';

interface FinetuneOptions extends DeviceOptions {
  readonly minutes: number;
  readonly data?: string;
  readonly model: string;
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
      '--data <dir>',
      "folder with the model's training records, for rehearsal (default: the record's own folder)",
    )
    .option('--model <name|file>', 'model to start from: a shipped one, or a model file', 'beat')
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--seed <n>', 'for draws, augmentation and dropout', wholeNumber(0, 2 ** 32 - 1), DEFAULT_FINETUNE.seed)
    .option('--out <file>', "write the patient's model file")
    .option('--force', 'replace a model file that is there')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu finetune mitdb/233 --out patient-233.safetensors
  ecgpu finetune mitdb/233 --minutes 10 --json
Both figures are of the beats after those minutes; the model never saw them. Without the training records there is no
rehearsal, and classes that the patient has not shown yet may be forgotten.`,
    )
    .action(async (path: string, options: FinetuneOptions) => {
      if (options.out !== undefined) refuseToReplace(options.out, options.force === true);
      const model = requireKind(await loadModel(options.model), 'beat', options.model);
      const { source, name } = openRecordPath(path);
      const set = await loadBeatSet(source, [name], model.contract, { margin: LIGHT_AUGMENTATION.shift });
      const end = options.minutes * 60 * set.records[0]!.fs;
      const own = selectBeats(
        set,
        indices(set, (peak) => peak < end),
      );
      const rest = selectBeats(
        set,
        indices(set, (peak) => peak >= end),
      );
      refuseEmptyHalf(own, rest, name, options.minutes);
      const rehearsal = await rehearse(model, options.data ?? dirname(path), options.seed, console, own);
      const device = await openChosenDevice(options, console);
      try {
        const before = await score(device, model.values, model, rest);
        const line = console.progress('steps');
        const settings = { ...DEFAULT_FINETUNE, seed: options.seed };
        const values = await finetuneOnPatient(
          device,
          model.values,
          model.shape,
          own,
          rehearsal,
          settings,
          (done, total) => line.update(done, total),
        );
        line.end();
        const after = await score(device, values, model, rest);
        if (options.out !== undefined) {
          const provenance = {
            ...model.provenance,
            command: `ecgpu finetune ${name} --minutes ${options.minutes} --seed ${options.seed}`,
            seed: options.seed,
            device: `${device.kind}: ${device.description}`,
            parent: model.hash,
          };
          // The parent's temperature was fitted to other weights.
          const { calibration: _, ...uncalibrated } = model;
          await writeFileAtomic(options.out, encodeModel({ ...uncalibrated, values, provenance }), {
            force: options.force === true,
          });
          console.err(`wrote ${options.out}\n`);
        }
        if (options.json) {
          return printJson(console, {
            protocol: 'patient-specific',
            record: name,
            minutes: options.minutes,
            ownBeats: own.count,
            rehearsalBeats: rehearsal.count,
            before,
            after,
            notForClinicalUse: true,
          });
        }
        console.out(describe(name, own.count, rehearsal.count, rest.count, before, after));
      } finally {
        device.close();
      }
    });
}

function refuseEmptyHalf(own: BeatSet, rest: BeatSet, record: string, minutes: number): void {
  if (own.count > 0 && rest.count > 0) return;
  throw new EcgError(
    'FINETUNE_MINUTES',
    `${record} has no beats ${own.count === 0 ? 'in' : 'after'} its first ${minutes} minutes`,
    {
      where: record,
      fix: 'Choose --minutes so that there are annotated beats to learn from, and others to score the model on.',
    },
  );
}

const indices = ({ peaks }: BeatSet, wanted: (peak: number) => boolean): number[] =>
  [...peaks.keys()].filter((beat) => wanted(peaks[beat]!));

async function rehearse(
  model: LoadedModel,
  data: string,
  seed: number,
  console: Console,
  own: BeatSet,
): Promise<BeatSet> {
  const source = folderSource(data);
  const there: string[] = [];
  for (const record of model.provenance.records) {
    if (
      await source.size(`${record}.hea`).then(
        () => true,
        () => false,
      )
    )
      there.push(record);
  }
  if (there.length < model.provenance.records.length) {
    console.err(
      `rehearsal: ${there.length} of the model's ${model.provenance.records.length} training records are in ${data}\n`,
    );
  }
  if (there.length === 0) return selectBeats(own, []);
  const reading = console.progress('rehearsal records');
  const set = await loadBeatSet(source, there, model.contract, {
    margin: LIGHT_AUGMENTATION.shift,
    onRecord: (record, done, total) => reading.update(done, total, record),
  });
  const drawn = drawRehearsal(set, seed);
  reading.end(`${drawn.count} beats`);
  return drawn;
}

async function score(device: Device, values: ParameterValues, model: LoadedModel, set: BeatSet): Promise<Evaluation> {
  const classifier = await openClassifier(device, { ...model, values });
  try {
    return await evaluateOnBeats(set, classifier);
  } finally {
    classifier.release();
  }
}

function describe(
  record: string,
  own: number,
  rehearsal: number,
  rest: number,
  before: Evaluation,
  after: Evaluation,
): string {
  const percent = (value: number | null) => (value === null ? '-' : (100 * value).toFixed(1)).padStart(6);
  const lines = [
    `${printable(record)}: learned from ${own} beats of the patient and ${rehearsal} of others, scored on the ${rest} beats after (AAMI mapping ${after.mapping}).`,
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
