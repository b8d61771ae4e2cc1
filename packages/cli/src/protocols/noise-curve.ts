import {
  type Annotation,
  type EcgRecord,
  isBeatSymbol,
  type RecordSource,
  readAnnotations,
  readRecord,
} from '@ecgpu/ecg-dsp';
import { addCells, type BeatCells, beatStatistics, compareBeats, type Ratio } from '@ecgpu/ecg-dsp/ec57';
import type { Device } from '@ecgpu/engine';
import {
  type ClassifiedBeat,
  callFoundBeats,
  classifyCausally,
  classifyRecord,
  type Evaluation,
  evaluateCalls,
  openClassifier,
  type RecordCalls,
  STREAM_CLASSIFIER,
} from '@ecgpu/model';
import type { LoadedModel } from '@ecgpu/model/node';
import type { Console } from '../output/console.js';
import { type NoiseRecord, readNoise, withNoise } from '../records/noisy-record.js';

/** The schedule of the noise stress test, seconds. */
const SCHEDULE = { start: 300, noisy: 120, clean: 120 };

/** What a model is worth at one strength of noise, on the beats of the stretches that have it. */
export interface NoisePoint {
  /** dB; null without noise. */
  readonly snr: number | null;
  readonly qrsSensitivity: Ratio;
  readonly qrsPredictivity: Ratio;
  /** At the annotated R peaks. */
  readonly annotated: Evaluation;
  /** At the R peaks found in the noise; missed and extra beats count. */
  readonly found: Evaluation;
}

export interface NoiseCurveContext {
  readonly console: Console;
  readonly device: Device;
  readonly source: RecordSource;
  readonly records: readonly string[];
  /** Path of the noise record. */
  readonly noise: string;
  /** The share of it, from its start, that is left out: models may have learned from it. */
  readonly noiseFrom: number;
  readonly snrs: readonly number[];
  /** Whether each beat is measured against those before it only. */
  readonly causal: boolean;
}

interface Scored {
  readonly cells: BeatCells;
  readonly annotated: RecordCalls;
  readonly found: RecordCalls;
}

/**
 * Scores a model on records to which noise is added by the schedule of the noise stress test: five minutes without, then two
 * minutes with and two without in turn. Beats of the stretches with noise are scored, and, to compare, those of the same stretches
 * as they are. What a model learns of a whole record, its scale, template and mean interval, it learns of the noisy one.
 */
export async function noiseCurve(model: LoadedModel, context: NoiseCurveContext): Promise<NoisePoint[]> {
  const { console, device, source, records, snrs, noiseFrom, causal } = context;
  const { mapping } = model.contract;
  const classifier = await openClassifier(device, model, causal ? STREAM_CLASSIFIER : {});
  const classifyAs = causal ? classifyCausally : classifyRecord;
  const line = console.progress('records');
  const strengths = [null, ...snrs];
  const scored = strengths.map((): Scored[] => []);
  const noises = new Map<number, NoiseRecord>();
  try {
    for (const [done, name] of records.entries()) {
      const record = await readRecord(source, name);
      const { annotations } = await readAnnotations(source, name, 'atr', { fs: record.fs });
      const noise = noises.get(record.fs) ?? (await readNoise(context.noise, record.fs, console, noiseFrom));
      noises.set(record.fs, noise);
      for (const [index, snr] of strengths.entries()) {
        line.update(done * strengths.length + index, records.length * strengths.length, `${name} ${snr ?? 'clean'}`);
        const at = snr === null ? record : noisy(record, noise, annotations, snr);
        const classify = async (peaks?: readonly number[]) =>
          (await classifyAs(at, model, classifier, peaks === undefined ? {} : { peaks })).beats;
        const found = await classify();
        const beats = await classify(peaksOf(annotations));
        scored[index]!.push(score(record, annotations, found, beats, model));
      }
    }
    line.end();
  } finally {
    classifier.release();
  }
  return strengths.map((snr, index): NoisePoint => {
    const parts = scored[index]!;
    const { qrsSensitivity, qrsPredictivity } = beatStatistics(addCells(parts.map(({ cells }) => cells)));
    return {
      snr,
      qrsSensitivity,
      qrsPredictivity,
      annotated: evaluateCalls(
        parts.map(({ annotated }) => annotated),
        mapping,
      ),
      found: evaluateCalls(
        parts.map(({ found }) => found),
        mapping,
      ),
    };
  });
}

function peaksOf(annotations: readonly Annotation[]): number[] {
  return annotations.filter(({ symbol }) => isBeatSymbol(symbol)).map(({ sample }) => sample);
}

function noisy(record: EcgRecord, noise: NoiseRecord, annotations: readonly Annotation[], snr: number): EcgRecord {
  return withNoise(record, noise, peaksOf(annotations), snr, SCHEDULE).noisy;
}

function score(
  record: EcgRecord,
  annotations: readonly Annotation[],
  found: readonly ClassifiedBeat[],
  atAnnotated: readonly ClassifiedBeat[],
  { contract: { classes, mapping } }: LoadedModel,
): Scored {
  const inNoise = <T extends { readonly sample: number }>(beats: readonly T[]): T[] =>
    beats.filter(({ sample }) => isNoisy(sample / record.fs));
  const wanted = inNoise(annotations);
  const given = inNoise(found);
  const detected = given.map(
    ({ sample }): Annotation => ({ sample, symbol: 'N', subtype: 0, channel: 0, number: 0, aux: '' }),
  );
  const { cells } = compareBeats(wanted, detected, { fs: record.fs, length: record.length, start: 0, mapping });
  return {
    cells,
    annotated: callFoundBeats(record, wanted, inNoise(atAnnotated), classes, mapping),
    found: callFoundBeats(record, wanted, given, classes, mapping),
  };
}

function isNoisy(seconds: number): boolean {
  const { start, noisy: length, clean } = SCHEDULE;
  return seconds >= start && (seconds - start) % (length + clean) < length;
}
