import { readFile } from 'node:fs/promises';
import { EcgError } from '@ecgpu/ecg-dsp';
import { writeFileAtomic } from '@ecgpu/ecg-dsp/node';
import { readSafetensors, type SafetensorsTensor } from '@ecgpu/engine';
import {
  BEAT_CONTRACT,
  databaseNote,
  describeModel,
  encodeModel,
  type FusionCheck,
  type InputContract,
  importBeatModel,
  importSequenceModel,
  type Model,
  type ModelDescription,
  type OutputRule,
  type Provenance,
  type RelativeStage,
  readContract,
  SEQUENCE_CONTRACT,
  type SelfTraining,
} from '@ecgpu/model';
import { loadModel, modelBytes, openSplit } from '@ecgpu/model/node';
import { describeRhythmModel, isRhythmModel, type RhythmModelDescription } from '@ecgpu/model/rhythm';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { finiteNumber, wholeNumber } from '../options/numbers.js';
import { type Console, printJson } from '../output/console.js';
import { refuseToReplace } from '../output/output-file.js';
import { printable } from '../output/printable.js';
import { UsageError } from '../usage-error.js';
import { VERSION } from '../version.js';

interface ImportOptions {
  readonly as: 'beat' | 'sequence';
  readonly out: string;
  readonly trainedOn: string;
  readonly contract?: string;
  readonly rule?: RuleText;
  readonly beats?: number;
  readonly command: string;
  readonly seed: number;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Adds `model info` and `model import`. */
export function registerModel(program: Command, console: Console): void {
  const model = program
    .command('model')
    .description('what model files hold, and models from PyTorch')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu model info beat
  ecgpu model import weights.safetensors --as beat --trained-on ds1 --out model.safetensors`,
    );
  model
    .command('info')
    .description('contract, training, size and checksums of a model file')
    .argument('<model>', 'shipped model (beat, sequence), or a model file, also of `ecgpu rhythm train`')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExamples:\n  ecgpu model info beat\n  ecgpu model info runs/beat/model.safetensors --json')
    .action(async (name: string, { json }: { readonly json?: boolean }) => {
      const bytes = await modelBytes(name);
      if (isRhythmModel(bytes)) {
        const described = await describeRhythmModel(bytes, name);
        if (json) printJson(console, { model: name, ...described });
        else console.out(table(name, described, rhythmRows(described)));
        return;
      }
      const described = await describeModel(bytes, await loadModel(name));
      if (json) printJson(console, { model: name, ...described });
      else console.out(table(name, described, rows(described)));
    });
  model
    .command('import')
    .description('make a model file of weights that were trained in PyTorch')
    .argument('<file>', 'safetensors file of a state_dict; docs/model-files.md has the names')
    .addOption(new Option('--as <kind>', 'what the weights are').choices(['beat', 'sequence']).makeOptionMandatory())
    .requiredOption('--out <file>', 'model file to write')
    .requiredOption('--trained-on <name|file>', 'split of the records they learned from: evaluation refuses those')
    .option('--contract <file>', 'JSON of the input contract, if not that of the shipped model of this kind')
    .option(
      '--rule <class,bias,fibrillation>',
      'of a sequence model: what is added to the log-probability of a class, and what of fibrillation is taken from it (default: none)',
      ruleText,
    )
    .option('--beats <n>', 'of a sequence model: beats of a window, an even number (default: 64)', evenNumber)
    .option('--command <text>', 'how they were trained', 'PyTorch')
    .option('--seed <n>', 'that they were trained with', wholeNumber(0, 2 ** 32 - 1), 0)
    .option('--force', 'replace a file that is there')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  python3 packages/model/scripts/beat_network.py weights.safetensors
  ecgpu model import weights.safetensors --as beat --trained-on ds1 --out model.safetensors
  python3 packages/model/scripts/sequence_network.py weights.safetensors 0 3
  ecgpu model import weights.safetensors --as sequence --rule S,-1,4 --trained-on ds1 --out model.safetensors`,
    )
    .action(async (file: string, options: ImportOptions) => {
      refuseToReplace(options.out, options.force === true);
      const { tensors } = readSafetensors(await bytesOf(file));
      const contract =
        options.contract === undefined ? undefined : readContract(String(await bytesOf(options.contract)));
      const { records, database } = await openSplit(options.trainedOn);
      const { command, seed } = options;
      const provenance = { command, seed, device: 'PyTorch', records, ...databaseNote(database), version: VERSION };
      const bytes = encodeModel(imported(tensors, options, { contract, provenance }, file));
      await writeFileAtomic(options.out, bytes, { force: options.force === true });
      if (options.json) printJson(console, { model: options.out, ...(await describeModel(bytes)) });
      else console.out(`model: ${options.out}\n`);
    });
}

/** `--rule` as it was given. */
interface RuleText extends Omit<OutputRule, 'class'> {
  readonly label: string;
}

function evenNumber(text: string): number {
  const value = wholeNumber(2, 4096)(text);
  if (value % 2 !== 0) throw new InvalidArgumentError('an even number is needed.');
  return value;
}

function ruleText(text: string): RuleText {
  const [label = '', bias = '', fibrillation = '', ...rest] = text.split(',');
  const numbers = [bias, fibrillation].map((number) => finiteNumber(number));
  if (rest.length > 0 || numbers[1]! < 0)
    throw new InvalidArgumentError('a class and two numbers are needed, the second not below 0: S,-1,4.');
  return { label, bias: numbers[0]!, fibrillation: numbers[1]! };
}

function imported(
  tensors: ReadonlyMap<string, SafetensorsTensor>,
  { as: kind, rule, beats }: ImportOptions,
  { contract, provenance }: { readonly contract: InputContract | undefined; readonly provenance: Provenance },
  file: string,
): Model {
  if (kind === 'beat') {
    if (rule !== undefined || beats !== undefined)
      throw new UsageError('a beat model has no rule and no window of beats', 'Leave out --rule and --beats.');
    return importBeatModel(tensors, { contract: contract ?? BEAT_CONTRACT, provenance }, file);
  }
  const classes: readonly string[] = (contract ?? SEQUENCE_CONTRACT).classes;
  const index = rule === undefined ? 0 : classes.indexOf(rule.label);
  if (rule !== undefined && index < 0)
    throw new UsageError(`the model has no class '${rule.label}'`, `Choose one of ${classes.join(', ')}.`);
  return importSequenceModel(
    tensors,
    {
      provenance,
      ...(contract === undefined ? {} : { contract }),
      ...(rule === undefined ? {} : { rule: { class: index, bias: rule.bias, fibrillation: rule.fibrillation } }),
      ...(beats === undefined ? {} : { beats }),
    },
    file,
  );
}

async function bytesOf(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    throw new EcgError('FILE_NOT_READABLE', `${file} cannot be read`, {
      where: file,
      fix: 'Give the path of a file that is there.',
      cause,
    });
  });
}

function stagesOf({ fewestBeats, mostOfClass }: RelativeStage, { classes }: InputContract): string {
  return (
    `two: vectors less their record's median for whole records of two leads, ${fewestBeats} beats or more; ` +
    'vectors as they are for one lead, shorter records, streams, and records of which more than ' +
    `${100 * mostOfClass.share} % is ${classes[mostOfClass.class]}`
  );
}

function selfTrainingOf({ classes, confidence, fewestBeats, share }: SelfTraining, contract: InputContract): string {
  const learned = classes.map((index) => contract.classes[index]).join(', ');
  return (
    `of whole records of two leads: a linear head, fitted to the record's own calls of ${learned} of probability ${confidence} or more where two of ` +
    `these classes have ${fewestBeats}, counts ${100 * share} %`
  );
}

function fusionOf({ fewestBeats, fewestVentricular }: FusionCheck): string {
  return (
    `calls of F in whole records of ${fewestBeats} beats or more are checked against the record's own N and V beats, of which ` +
    `it takes ${fewestVentricular} V; not in streams, nor with a patient's model`
  );
}

/** A label, and what stands behind it. */
type Row = readonly [label: string, text: string];

/** What is said of models of beats alone. */
function rows({ contract, streaming, ...model }: ModelDescription): Row[] {
  const { preferred, otherwise } = contract.leads;
  return [
    ['classes', `${model.classes.join(' ')}, mapping ${contract.mapping}`],
    ['operations', `${(model.operationsPerBeat / 1e6).toFixed(2)} MFLOP a beat`],
    ['lead', `${preferred.join(', ')}${otherwise === 'first' ? ', else the first' : ''}`],
    ['window', `${contract.window.before} samples before the R peak, ${contract.window.after} from it on`],
    ['channels', contract.channels.join(', ')],
    ['rhythm', contract.rhythm.features.join(', ')],
    [
      'streaming',
      `called when ${streaming.beats} beats more are there${streaming.pause === undefined ? ', or the signal ends' : `, or none came for ${streaming.pause} s`}`,
    ],
    ...(model.relative ? [['stages', stagesOf(model.relative, contract)] as const] : []),
    ...(model.selfTraining ? [['learns', selfTrainingOf(model.selfTraining, contract)] as const] : []),
    ...(model.fusion ? [['fusion', fusionOf(model.fusion)] as const] : []),
  ];
}

function rhythmRows({ contract }: RhythmModelDescription): Row[] {
  const lengths = contract.lengths.map((length) => (length / contract.fs).toFixed(1));
  return [
    ['findings', contract.classes.join(', ')],
    ['leads', `${contract.leads.join(', ')}, all of them`],
    ['lengths', `${lengths.join(', ')} s, to the next of which a recording is padded`],
  ];
}

function table(name: string, model: ModelDescription | RhythmModelDescription, own: readonly Row[]): string {
  const { provenance, contract, weights } = model;
  const { minimum, maximum } = contract.inputRate;
  const all: Row[] = [
    ['kind', `${model.kind} (${model.format})`],
    ['parameters', `${model.parameters.toLocaleString('en')} in ${model.bytes.toLocaleString('en')} bytes`],
    ['signal', `${minimum} to ${maximum} Hz in ${contract.units}, seen at ${contract.fs} Hz`],
    ...own,
    ['trained by', `${provenance.command}, seed ${provenance.seed}, on ${provenance.device}`],
    ['trained on', provenance.records.join(' ')],
    ...Object.entries(model.metadata).map(
      ([key, value]): Row => [key, typeof value === 'string' ? value : JSON.stringify(value)],
    ),
    ['file', `SHA-256 ${model.sha256}`],
    [
      'weights',
      `SHA-256 ${weights.sha256}, ${weights.verified ? 'verified' : 'not in the file: saved by an earlier version, not verified'}`,
    ],
  ];
  // One line each: what a file says of itself must not look like a row of its own.
  const lines = all.map(([label, text]) => `  ${oneLine(label).padEnd(11)} ${oneLine(text)}`);
  return `${oneLine(name)}\n${lines.join('\n')}\n\n${model.notice === null ? '' : `${oneLine(model.notice)}\n`}`;
}

function oneLine(text: string): string {
  return printable(text.replaceAll('\n', ' '));
}
