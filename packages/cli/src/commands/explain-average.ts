import { join } from 'node:path';
import { folderSource, writeFileAtomic } from '@ecgpu/ecg-dsp/node';
import {
  type ClassAverage,
  classAverages,
  type LeadAverage,
  loadBeatSet,
  openClassifier,
  openExplainer,
  withoutFusionCheck,
} from '@ecgpu/model';
import { type LoadedModel, openSplit } from '@ecgpu/model/node';
import { drawExplainedBeat } from '../drawing/explained-beat.js';
import { openChosenDevice } from '../options/device.js';
import { refuseUnused } from '../options/unused-options.js';
import { type Console, printJson } from '../output/console.js';
import { refuseToReplace } from '../output/output-file.js';
import { UsageError } from '../usage-error.js';
import type { ExplainOptions } from './explain.js';

/** `ecgpu explain --average`: the mean beat of each class with its mean attribution. Throws UsageError. */
export function averageWanted(
  path: string | undefined,
  options: ExplainOptions,
): (model: LoadedModel, console: Console) => Promise<void> {
  const { data, svgDir, beat, at, split = 'ds1' } = options;
  if (path !== undefined || beat !== undefined || at !== undefined)
    throw new UsageError('--average is over the records of a split', 'Leave out the record and its beat.');
  refuseUnused(options, ['class', 'lead', 'peaks', 'svg'], 'is of one beat, not for --average');
  if (data === undefined || (svgDir === undefined && !options.json))
    throw new UsageError(
      '--average needs --data DIR and --svg-dir DIR',
      'Say where the records are and where pictures go.',
    );
  return async (model, console) => {
    const { classes, fs, window, rhythm } = model.contract;
    const files = svgDir === undefined ? [] : classes.map((label) => join(svgDir, `${model.kind}-${label}.svg`));
    for (const file of files) refuseToReplace(file, options.force === true);
    const list = await openSplit(split);
    const set = await loadBeatSet(folderSource(data), list.records, model.contract);
    const device = await openChosenDevice(options, console);
    try {
      const [classifier, explainer] = [
        await openClassifier(device, withoutFusionCheck(model)),
        await openExplainer(device, model),
      ];
      const line = console.progress('records');
      const averages = await classAverages(set, classifier, explainer, {
        onProgress: (done, total, record) => line.update(done, total, record),
      });
      line.end();
      for (const average of averages) {
        if (svgDir === undefined) break;
        const file = join(svgDir, `${model.kind}-${average.label}.svg`);
        const svg = drawAverage(average, model, list.name);
        await writeFileAtomic(file, new TextEncoder().encode(svg), { force: options.force === true });
        console.err(`wrote ${file}\n`);
      }
      if (!options.json) return;
      printJson(console, {
        split: list.name,
        model: { name: model.name, hash: model.hash },
        fs,
        samplesBefore: window.before,
        features: rhythm.features,
        averages: averages.map(({ label, records, rhythm, second, ...first }) => ({
          ...{ label, records, ...documentOf(first), rhythm: [...rhythm] },
          ...(second ? { second: documentOf(second) } : {}),
        })),
        notForClinicalUse: true,
      });
    } finally {
      device.close();
    }
  };
}

function documentOf({ beats, beat, typical, waveform, attention }: LeadAverage) {
  return { beats, beat: [...beat], typical: [...typical], waveform: [...waveform], attention: [...attention] };
}

function drawAverage(average: ClassAverage, { contract, name }: LoadedModel, split: string): string {
  const { label, beats, records, rhythm, second } = average;
  const sum = (values: Float32Array) => values.reduce((s, x) => s + x, 0).toFixed(2);
  const inSecond = second ? `, waveform in the second lead ${sum(second.waveform)}` : '';
  return drawExplainedBeat({
    title: `${label}: mean of ${beats} beats of ${records} records of ${split} that ${name} calls right`,
    subtitle: `adds to the logit of ${label}, over the typical beats of the records: waveform ${sum(average.waveform)}${inSecond}, rhythm ${sum(rhythm)}`,
    leads: second ? [average, { ...second, name: `second lead, ${second.beats} beats` }] : [average],
    rhythm: contract.rhythm.features.map((feature, i) => [feature, rhythm[i]!] as const),
    fs: contract.fs,
    before: contract.window.before,
  });
}
