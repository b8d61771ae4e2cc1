import { beatQuality, readAnnotations } from '@ecgpu/ecg-dsp';
import {
  annotatedBeats,
  type ClassifiedRecord,
  classifyCausally,
  classifyRecord,
  type NotCalled,
  openClassifier,
  type RecordClassifier,
  STREAM_CLASSIFIER,
  temperatureOf,
} from '@ecgpu/model';
import type { LoadedModel } from '@ecgpu/model/node';
import { type Command, Option } from 'commander';
import { type DeviceOptions, deviceOption, openChosenDevice, threadsOption } from '../options/device.js';
import { leadsOption } from '../options/leads.js';
import { type ModelAs, modelAs } from '../options/model-as.js';
import { positiveShare, share } from '../options/numbers.js';
import { recordStepOption } from '../options/record-steps.js';
import { refuseUnused } from '../options/unused-options.js';
import type { Console } from '../output/console.js';
import { warnOf } from '../output/diagnostics.js';
import { refuseOneFileForTwo, refuseToReplace } from '../output/output-file.js';
import { printable } from '../output/printable.js';
import { annotationPath, writeBeatAnnotations } from '../records/beat-annotations.js';
import { reportRecords } from '../records/each-record.js';
import { placeOfRecording, readShown } from '../records/shown-leads.js';

interface ClassifyOptions extends DeviceOptions, Omit<ModelAs, 'mapping'> {
  readonly model: string;
  readonly lead?: string;
  readonly peaks?: string;
  readonly minConfidence?: number;
  readonly coverage?: number;
  readonly quality?: boolean;
  readonly out?: string;
  readonly force?: boolean;
  readonly causal?: boolean;
  readonly json?: boolean;
}

export function registerClassify(program: Command, console: Console): void {
  program
    .command('classify')
    .description(
      'find the beats of records and tell their classes: N normal, S supraventricular, V ventricular, F fusion',
    )
    .argument(
      '<record...>',
      'WFDB records, dir/100 (dir/100.hea is understood too), .edf and .csv with a column of times',
    )
    .option('--model <name|file>', 'shipped model, or a model file', 'beat')
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--lead <name>', 'lead by name (default: the one the model was trained on)')
    .addOption(leadsOption())
    .addOption(recordStepOption('selfTraining'))
    .addOption(recordStepOption('fusionCheck'))
    .option('--peaks <annotator>', 'take the R peaks from this annotation file instead of finding them')
    .addOption(
      new Option('--min-confidence <p>', "call beats '?' whose likeliest class has a probability below this")
        .argParser(share)
        .conflicts('coverage'),
    )
    .option('--coverage <share>', "call this share of a record's beats, the surest, and the others '?'", positiveShare)
    .option(
      '--quality',
      "call beats '?' too where the signal is too poor: noise, wander, clipping, as `ecgpu quality` judges it",
    )
    .option('--out <dir>', 'write <record>.ecgpu, a WFDB annotation file, into this folder')
    .option('--force', 'replace annotation files that are there')
    .addOption(
      new Option('--causal', 'measure each beat against those before it only, as `ecgpu stream` does').conflicts([
        'minConfidence',
        'coverage',
        'quality',
      ]),
    )
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu classify data/mitdb-samples/100
  ecgpu classify mitdb/100 mitdb/101 --out classified
  ecgpu classify mitdb/100 --json --device cpu
  ecgpu classify night.edf
  ecgpu classify mitdb/100 --min-confidence 0.9 --quality
  ecgpu classify mitdb/100 --model sequence --self-training off
Beats on missing or flat signal, and steps of one that stands still, are called '?', not guessed; with --min-confidence or --coverage so are those that the model
is less sure of (\`ecgpu evaluate\` shows what either costs and spares), and with --quality those in noise, where beats are found and called that are none. With --fusion-check on, a sequence model's calls of F in
whole records of 300 beats or more are checked: fusion beats are mixtures of the record's own N and V beats (JSON: fusion).`,
    )
    .action(async (records: string[], options: ClassifyOptions) => {
      if (options.out === undefined) refuseUnused(options, ['force'], 'is for --out');
      else refuseOneFileForTwo(records.map((path) => placeOfRecording(path).name));
      const model = await modelAs(options.model, options);
      const device = await openChosenDevice(options, console);
      try {
        // The bits of a stream are wanted then, and rounding differs from batch to batch.
        const opening = options.causal ? STREAM_CLASSIFIER : {};
        const classifier = await openClassifier(device, model, opening);
        const used = { device: { kind: device.kind, description: device.description }, model };
        await reportRecords(records, options, console, async (path) => {
          const classified = await classify(path, options, model, classifier, console);
          return { result: document(classified, used), text: () => describe(classified) };
        });
      } finally {
        device.close();
      }
    });
}

async function classify(
  path: string,
  { lead, peaks, quality = false, minConfidence, coverage, out, force = false, causal = false }: ClassifyOptions,
  model: LoadedModel,
  classifier: RecordClassifier,
  console: Console,
): Promise<ClassifiedRecord> {
  if (out !== undefined) refuseToReplace(annotationPath(out, placeOfRecording(path).name, 'ecgpu'), force);
  const { source, name, record } = await readShown(path, model.contract, lead);
  const given =
    peaks === undefined
      ? undefined
      : annotatedBeats(
          (await readAnnotations(source, name, peaks, { fs: record.fs })).annotations,
          model.contract.mapping,
          record.length,
          name,
        ).samples;
  const line = console.progress(`${printable(record.name)}: beats`);
  const result = await (causal ? classifyCausally : classifyRecord)(record, model, classifier, {
    ...(lead === undefined ? {} : { lead }),
    ...(given === undefined ? {} : { peaks: given }),
    ...(quality ? { quality: beatQuality } : {}),
    ...(minConfidence === undefined ? {} : { abstention: { minConfidence } }),
    ...(coverage === undefined ? {} : { abstention: { coverage } }),
    onProgress: (done, total) => line.update(done, total),
  });
  line.end(`${result.beats.length} beats`);
  if (out !== undefined) {
    const beats = result.beats.map(({ sample, class: symbol }) => ({ sample, symbol }));
    const file = await writeBeatAnnotations(out, record.name, 'ecgpu', record.fs, beats, force);
    console.err(`wrote ${file}\n`);
  }
  warnOf(result.diagnostics, record.name, console);
  return result;
}

interface Used {
  readonly device: { readonly kind: string; readonly description: string };
  readonly model: LoadedModel;
}

function document(
  { record, fs, lead, secondLead, stage, fusion, beats, counts, diagnostics }: ClassifiedRecord,
  { device, model }: Used,
) {
  return {
    record,
    fs,
    lead,
    ...(secondLead === undefined ? {} : { secondLead }),
    ...(stage === undefined ? {} : { stage }),
    ...(fusion === undefined ? {} : { fusion }),
    device,
    model: {
      ...{ name: model.name, hash: model.hash, mapping: model.contract.mapping, classes: model.contract.classes },
      // Null: the probabilities are as the network gives them.
      temperature: model.calibration ? temperatureOf(model.calibration, stage) : null,
      ...(model.kind === 'sequence' && model.selfTraining && stage === 'relative'
        ? { selfTraining: model.selfTraining }
        : {}),
    },
    beats,
    counts,
    diagnostics,
    notForClinicalUse: true,
  };
}

const NAMES: Readonly<Record<string, string>> = {
  N: 'normal',
  S: 'supraventricular',
  V: 'ventricular',
  F: 'fusion',
  '?': 'not called',
};

/** A table of counts, and a strip of the record: one line a minute, one letter a beat. */
function describe({ record, fs, lead, secondLead, beats, counts }: ClassifiedRecord): string {
  const leads =
    secondLead === undefined ? `lead ${printable(lead)}` : `leads ${printable(lead)} and ${printable(secondLead)}`;
  const lines = [`${printable(record)}, ${leads}: ${beats.length} beats`, ''];
  for (const [label, count] of Object.entries(counts)) {
    const share = beats.length > 0 ? `${((100 * count) / beats.length).toFixed(1)} %` : '';
    lines.push(
      `  ${label}  ${NAMES[label]?.padEnd(18) ?? label.padEnd(18)}${String(count).padStart(6)}  ${share.padStart(7)}`,
    );
  }
  const uncalled = (why: NotCalled) => beats.filter(({ reason }) => reason === why).length;
  const [poor, unsure] = [uncalled('quality'), uncalled('confidence')];
  if (poor > 0) lines.push('', `Of those not called, ${poor} lie on too poor a signal: \`ecgpu quality\` says why.`);
  if (unsure > 0) lines.push('', `Of those not called, the model was not sure enough of ${unsure}.`);
  if (beats.length > 0) lines.push('', 'minute  beats (· normal)');
  const minutes = new Map<number, string>();
  for (const { sample, class: label } of beats) {
    const minute = Math.floor(sample / fs / 60);
    minutes.set(minute, (minutes.get(minute) ?? '') + (label === 'N' ? '·' : label));
  }
  for (const [minute, strip] of minutes) lines.push(`${String(minute).padStart(6)}  ${strip}`);
  return `${lines.join('\n')}\n\nResearch software: not for clinical use.\n`;
}
