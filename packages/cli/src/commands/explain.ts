import { type BeatLabel, EcgError, type EcgRecord, readAnnotations } from '@ecgpu/ecg-dsp';
import { writeFileAtomic } from '@ecgpu/ecg-dsp/node';
import {
  annotatedBeats,
  type ExplainedBeats,
  type Explanation,
  explainedBeats,
  findBeats,
  isUsable,
  type LeadExplanation,
  mostLikely,
  openClassifier,
  openExplainer,
  prepareBeats,
  rawLead,
  standsStill,
  takeLead,
  withoutFusionCheck,
} from '@ecgpu/model';
import { type LoadedModel, loadModel } from '@ecgpu/model/node';
import { type Command, Option } from 'commander';
import { drawExplainedBeat } from '../drawing/explained-beat.js';
import { type DeviceOptions, deviceOption, openChosenDevice, threadsOption } from '../options/device.js';
import { leadsOption, withLeads } from '../options/leads.js';
import { secondsFromBegin, wholeNumber } from '../options/numbers.js';
import { refuseUnused } from '../options/unused-options.js';
import { type Console, printJson } from '../output/console.js';
import { warnOf } from '../output/diagnostics.js';
import { refuseToReplace } from '../output/output-file.js';
import { printable } from '../output/printable.js';
import { readShown } from '../records/shown-leads.js';
import { UsageError } from '../usage-error.js';
import { averageWanted } from './explain-average.js';

export interface ExplainOptions extends DeviceOptions {
  readonly model: string;
  readonly beat?: number;
  readonly at?: number;
  readonly class?: string;
  readonly lead?: string;
  readonly leads?: '1' | '2';
  readonly peaks?: string;
  readonly svg?: string;
  readonly average?: boolean;
  readonly data?: string;
  readonly split?: string;
  readonly svgDir?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function registerExplain(program: Command, console: Console): void {
  program
    .command('explain')
    .description(
      'say why a beat was called as it was: what each sample and each rhythm feature adds, and where attention lies',
    )
    .argument('[record]', 'WFDB record, dir/233, .edf or .csv')
    .addOption(new Option('--beat <n>', 'the n-th beat, from 1').argParser(wholeNumber(1)).conflicts('at'))
    .option('--at <seconds>', 'the beat nearest to this time', secondsFromBegin)
    .option('--class <name>', 'what speaks for this class (default: the one that was called)')
    .option('--model <name|file>', 'shipped model, or a model file', 'beat')
    .option('--lead <name>', 'lead by name (default: the one the model was trained on)')
    .addOption(leadsOption())
    .option('--peaks <annotator>', 'take the R peaks from this annotation file instead of finding them')
    .option('--svg <file>', 'draw the beat with its attribution and attention')
    .option('--average', 'instead of one beat: the mean beat of each class with its mean attribution')
    .option('--data <dir>', 'with --average: folder with the records and their .atr annotations')
    .option('--split <name|file>', 'with --average: which records (default: ds1)')
    .option('--svg-dir <dir>', 'with --average: draw one picture a class into this folder')
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--force', 'replace pictures that are there')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu explain data/mitdb-samples/233 --beat 8 --svg beat.svg
  ecgpu explain mitdb/233 --at 61.5 --class V --model sequence --json
  ecgpu explain --average --data mitdb --svg-dir figures
Integrated gradients (Sundararajan et al. 2017) from the record's typical beat in a regular rhythm to this beat; their sum is
the difference of the class's logits within 1 % (one below 0.01 within 0.0001), or the command fails. An attribution says what the network looked at,
not what is so. A model of two leads is explained by both. What is explained is what the networks call: what a model teaches itself of the
record, and the check of a whole record's calls of F against its own beats, are left out.`,
    )
    .action(async (path: string | undefined, options: ExplainOptions) => {
      const wanted = options.average === true ? averageWanted(path, options) : beatWanted(path, options);
      await wanted(withLeads(await loadModel(options.model), options.leads), console);
    });
}

type Work = (model: LoadedModel, console: Console) => Promise<void>;

function beatWanted(path: string | undefined, options: ExplainOptions): Work {
  if (path === undefined) throw new UsageError('which record?', 'Name a record and a beat, or ask for --average.');
  if (options.beat === undefined && options.at === undefined)
    throw new UsageError('which beat?', 'Give --beat N, the n-th beat from 1, or --at SECONDS.');
  refuseUnused(options, ['data', 'split', 'svgDir'], 'is for --average');
  if (options.svg === undefined) refuseUnused(options, ['force'], 'is for --svg');
  else refuseToReplace(options.svg, options.force === true);
  return (model, console) => explainBeat(path, options, model, console);
}

async function explainBeat(path: string, options: ExplainOptions, model: LoadedModel, console: Console): Promise<void> {
  const { contract } = model;
  const { source, name, record } = await readShown(path, contract, options.lead);
  const { classes } = contract;
  const { signal, second, diagnostics } = takeLead(record, contract, options.lead);
  warnOf([...record.diagnostics, ...diagnostics], record.name, console);
  const peaks =
    options.peaks === undefined
      ? findBeats(signal, second).samples
      : annotatedBeats(
          (await readAnnotations(source, name, options.peaks, { fs: record.fs })).annotations,
          contract.mapping,
          record.length,
          name,
        ).samples;
  const prepared = prepareBeats(signal, peaks, contract, { where: record.name, ...(second ? { second } : {}) });
  const beat = chosenBeat(prepared.peaks, record, options, name);
  const still = standsStill(rawLead(signal.samples), signal.fs, prepared.peaks[beat]!);
  if (!isUsable(prepared.problems[beat]!) || still) {
    throw new EcgError('BEAT_UNUSABLE', `Beat ${beat + 1} of ${name} lies on unusable signal and is not called`, {
      where: name,
      fix: 'Choose another beat; `ecgpu classify` shows which are called.',
    });
  }
  const asked = options.class === undefined ? undefined : classes.indexOf(options.class as BeatLabel);
  if (asked === -1)
    throw new UsageError(`the model has no class '${options.class}'`, `Choose one of ${classes.join(', ')}.`);
  const device = await openChosenDevice(options, console);
  try {
    const inputs = explainedBeats(prepared, contract);
    const classifier = await openClassifier(device, withoutFusionCheck(model));
    const { logits, probabilities, stage } = await classifier.predict(inputs);
    classifier.release();
    const beats = { ...inputs, ...(stage ? { stage } : {}) };
    const own = logits.subarray(beat * classes.length, (beat + 1) * classes.length);
    const called = mostLikely(own);
    const explainer = await openExplainer(device, model);
    const line = console.progress('points of the path');
    const [explanation] = await explainer.explain(beats, [{ beat, class: asked ?? called }], {}, (done) =>
      line.update(done, done),
    );
    line.end();
    explainer.release();
    const told = { explanation: explanation!, beats, model, leads: [signal.lead, ...(second ? [second.lead] : [])] };
    const what = `${printable(record.name)}, beat ${beat + 1} at ${(prepared.peaks[beat]! / record.fs).toFixed(2)} s: called ${classes[called]}, probability ${probabilities[beat * classes.length + called]!.toFixed(3)}`;
    if (options.svg !== undefined) {
      await writeFileAtomic(options.svg, new TextEncoder().encode(drawing(what, told)), {
        force: options.force === true,
      });
      console.err(`wrote ${options.svg}\n`);
    }
    if (options.json) {
      return printJson(console, {
        record: record.name,
        beat: beat + 1,
        sample: prepared.peaks[beat],
        called: classes[called],
        ...documentOf(told),
        model: { name: model.name, hash: model.hash },
        notForClinicalUse: true,
      });
    }
    console.out(describe(what, told));
  } finally {
    device.close();
  }
}

interface Told {
  readonly explanation: Explanation;
  readonly beats: ExplainedBeats;
  readonly model: LoadedModel;
  /** Names of those that the model looks at. */
  readonly leads: readonly string[];
}

function chosenBeat(
  peaks: Int32Array,
  { fs, length }: Pick<EcgRecord, 'fs' | 'length'>,
  { beat, at }: ExplainOptions,
  record: string,
): number {
  if (at !== undefined && at > length / fs)
    throw new UsageError(`${record} ends at ${length / fs} s`, 'Give a time before its end.');
  if (beat !== undefined && beat <= peaks.length) return beat - 1;
  if (beat === undefined && peaks.length > 0) {
    const distance = (k: number) => Math.abs(peaks[k]! / fs - at!);
    return [...peaks.keys()].reduce((best, k) => (distance(k) < distance(best) ? k : best));
  }
  throw new EcgError('NO_SUCH_BEAT', `${record} has ${peaks.length} beats`, {
    where: record,
    fix: 'Choose one of them; `ecgpu classify` lists them.',
  });
}

function rhythmOf({ explanation, model }: Told): (readonly [string, number])[] {
  return model.contract.rhythm.features.map((name, i) => [name, explanation.rhythm[i]!] as const);
}

function documentOf(told: Told) {
  const { explanation, model, leads } = told;
  const { class: index, waveform, attention, second, rhythm: _, beat: __, ...rest } = explanation;
  return {
    class: model.contract.classes[index],
    ...rest,
    fs: model.contract.fs,
    samplesBefore: model.contract.window.before,
    lead: leads[0],
    waveform: [...waveform],
    attention: [...attention],
    ...(second ? { second: { lead: leads[1], waveform: [...second.waveform], attention: [...second.attention] } } : {}),
    rhythm: Object.fromEntries(rhythmOf(told)),
  };
}

function drawing(title: string, told: Told): string {
  const { explanation, beats, model, leads } = told;
  const { contract } = model;
  const samples = contract.window.before + contract.window.after;
  const channel = Math.max(0, contract.channels.indexOf('beat')) * samples;
  const at = explanation.beat * contract.channels.length * samples + channel;
  const drawn = (
    { windows, reference }: Pick<ExplainedBeats, 'windows' | 'reference'>,
    { waveform, attention }: LeadExplanation,
    name: string,
  ) => ({
    ...{ name, waveform, attention },
    beat: windows.subarray(at, at + samples),
    typical: reference.subarray(channel, channel + samples),
  });
  return drawExplainedBeat({
    title,
    subtitle: sentence(told),
    leads: [
      drawn(beats, explanation, leads[0]!),
      ...(beats.second && explanation.second ? [drawn(beats.second, explanation.second, leads[1]!)] : []),
    ],
    rhythm: rhythmOf(told),
    fs: contract.fs,
    before: contract.window.before,
  });
}

function sentence({ explanation, model, leads }: Told): string {
  const sum = (values: Iterable<number>) => [...values].reduce((s, x) => s + x, 0);
  const { class: index, logit, baselineLogit, waveform, second, rhythm, neighbours } = explanation;
  const inSecond = second ? `, waveform in ${printable(leads[1]!)} ${sum(second.waveform).toFixed(2)}` : '';
  const others = sum(neighbours.map((one) => one.waveform + (one.second ?? 0) + one.rhythm));
  const rest = neighbours.length > 0 ? `, other beats ${others.toFixed(2)}` : '';
  return `logit of ${model.contract.classes[index]} ${logit.toFixed(2)}, of the typical beat ${baselineLogit.toFixed(2)}: waveform ${sum(waveform).toFixed(2)}${inSecond}, rhythm ${sum(rhythm).toFixed(2)}${rest}`;
}

function describe(what: string, told: Told): string {
  const { explanation, model, leads } = told;
  const { fs, window } = model.contract;
  const rhythm = rhythmOf(told)
    .sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]))
    .map(([name, value]) => `  ${value.toFixed(3).padStart(8)}  ${name}`);
  const shown = [explanation, ...(explanation.second ? [explanation.second] : [])];
  const steps = explanation.attention.length;
  const width = (window.before + window.after) / steps;
  const stretches = Array.from({ length: steps }, (_, k) => {
    const cells = shown.map(({ waveform, attention }) => {
      const adds = waveform.subarray(k * width, (k + 1) * width).reduce((s, x) => s + x, 0);
      return `  ${adds.toFixed(3).padStart(8)}  ${(100 * attention[k]!).toFixed(1).padStart(11)}`;
    });
    return `  ${((k * width - window.before) / fs).toFixed(3).padStart(8)}${cells.join('')}`;
  });
  const names =
    shown.length === 1 ? [] : [`${' '.repeat(10)}${leads.map((name) => `  ${printable(name).padStart(21)}`).join('')}`];
  const head = `    from s${shown.map(() => '      adds  attention %').join('')}`;
  const lines = [what, sentence(told), '', 'rhythm', ...rhythm, '', ...names, head, ...stretches];
  return `${lines.join('\n')}\n\nResearch software: not for clinical use.\n`;
}
