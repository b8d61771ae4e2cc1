import { temperatureOf } from '../confidence/calibration.js';
import { probabilitiesAt } from '../confidence/temperature.js';
import type { BeatInputs } from '../inference/beat-classifier.js';
import type { SequencePredictions } from '../inference/sequence-classifier.js';
import { copyWindow, WindowAverage, windowStarts } from '../inference/window-average.js';
import { ruledLogits } from '../logits/output-rule.js';
import type { SequenceModel } from '../model-file/sequence-model.js';
import { type OnnxFeed, recordFeeds } from './record-feeds.js';

/** Runs the ONNX file of windows, in whatever runtime: its inputs by name, and the values of its two outputs. */
export type RunExported = (
  feeds: Readonly<Record<string, OnnxFeed>>,
) => Promise<{ readonly logits: Float32Array; readonly fibrillation: Float32Array }>;

/** Windows that are run at once. */
const BATCH = 8;

/**
 * The beats of one record, in the order of time, through a sequence model's ONNX file of windows: what its metadata says around
 * the graph. Gives what the model's own classifier gives of a stretch of a record.
 *
 * @param model the exported one; its weights are not used.
 */
export async function classifyExported(
  model: Pick<SequenceModel, 'contract' | 'encoder' | 'shape' | 'rule' | 'calibration'>,
  beats: BeatInputs,
  run: RunExported,
): Promise<SequencePredictions> {
  const { shape, rule, calibration } = model;
  const { count } = beats;
  const inputs = Object.entries(recordFeeds(model, beats));
  const average = new WindowAverage(count, shape.beats, shape.classes);
  const starts = windowStarts(count, shape.beats);
  for (let first = 0; first < starts.length; first += BATCH) {
    const batch = starts.slice(first, first + BATCH);
    const feeds = inputs.map(
      ([
        name,
        {
          data: rows,
          dims: [, ...dims],
        },
      ]): [string, OnnxFeed] => {
        const width = dims.reduce((product, size) => product * size, 1);
        const data = new Float32Array(batch.length * shape.beats * width);
        for (const [place, start] of batch.entries())
          copyWindow(data, place, { rows, count, width }, start, shape.beats);
        return [name, { data, dims: [batch.length, shape.beats, ...dims] }];
      },
    );
    const found = await run(Object.fromEntries(feeds));
    for (const [place, start] of batch.entries()) {
      const [from, to] = [place * shape.beats, (place + 1) * shape.beats];
      const logits = found.logits.subarray(from * shape.classes, to * shape.classes);
      average.add(start, logits, found.fibrillation.subarray(from, to));
    }
  }
  const { logits: averaged, fibrillation } = average.result();
  const { logits, probabilities } = ruledLogits(averaged, fibrillation, shape.classes, rule);
  const called = { logits, fibrillation, stage: 'plain' } as const;
  if (!calibration) return { ...called, probabilities };
  return { ...called, probabilities: probabilitiesAt(logits, shape.classes, temperatureOf(calibration)) };
}
