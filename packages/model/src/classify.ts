import type { BeatLabel, Diagnostic, EcgRecord } from '@ecgpu/ecg-dsp';
import { type Abstention, confidenceFloor } from './confidence/abstention.js';
import type { FusionChanges } from './fusion/checked-classifier.js';
import { mostLikely } from './logits/most-likely.js';
import type { InputContract } from './preprocess/contract.js';
import { findBeats } from './preprocess/find-beats.js';
import { takeLead } from './preprocess/lead.js';
import { networkInputs } from './preprocess/network-inputs.js';
import { prepareBeats } from './preprocess/record-beats.js';
import { isUsable } from './preprocess/signal-problems.js';
import { rawLead, standsStill, stillFindings } from './preprocess/still-signal.js';
import type { StageName } from './record/median.js';
import type { RecordClassifier } from './record-classifier.js';

/** What a beat is called that is not guessed: its signal cannot be used, or on request it is too poor or the model not sure enough. */
export const UNUSABLE = '?';

/** Why a beat is called `?`. */
export type NotCalled = 'signal' | 'quality' | 'confidence';

export interface ClassifiedBeat {
  /** R peak, sample index at the record's rate. */
  readonly sample: number;
  /** Seconds from the record's start. */
  readonly time: number;
  readonly class: BeatLabel | typeof UNUSABLE;
  /** Present where the beat is called `?`. */
  readonly reason?: NotCalled;
  /** Probability of each of the model's classes; absent where the signal cannot be used or is too poor. */
  readonly probabilities: Readonly<Partial<Record<BeatLabel, number>>> | null;
}

export interface ClassifiedRecord {
  readonly record: string;
  readonly fs: number;
  readonly lead: string;
  /** The second lead that was looked at, if one was. */
  readonly secondLead?: string;
  /** Which of a sequence model's stages called the beats. */
  readonly stage?: StageName;
  /** Present where the calls were checked for fusion beats. */
  readonly fusion?: FusionChanges;
  readonly beats: readonly ClassifiedBeat[];
  readonly counts: Readonly<Record<string, number>>;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ClassifyOptions {
  readonly lead?: string;
  /** R peaks at the record's rate; found by the default detector where absent, in both leads that the model looks at. */
  readonly peaks?: ArrayLike<number>;
  /** Judges the lead around each beat as it is recorded, as `beatQuality` does; beats that are not usable are left uncalled. Default: none. */
  readonly quality?: (
    samples: ArrayLike<number>,
    fs: number,
    peaks: ArrayLike<number>,
  ) => ArrayLike<{ readonly usable: boolean }>;
  /** Leaves beats uncalled whose most likely class is not likely enough. */
  readonly abstention?: Abstention;
  /** Told how many of the record's beats the work done so far comes to: several networks and leads each look at all of them. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * The whole way from a record to classified beats. What the signal holds never throws; `diagnostics` says what was odd.
 *
 * @throws EcgError `CONFIDENCE_RANGE`; those of takeLead and prepareBeats
 */
export async function classifyRecord(
  record: EcgRecord,
  { contract }: { readonly contract: InputContract },
  classifier: RecordClassifier,
  { lead, peaks, quality, abstention = { minConfidence: 0 }, onProgress }: ClassifyOptions = {},
): Promise<ClassifiedRecord> {
  confidenceFloor([], abstention);
  const { signal, second, diagnostics } = takeLead(record, contract, lead);
  const detection = peaks === undefined ? findBeats(signal, second) : undefined;
  const beats = prepareBeats(signal, peaks ?? detection!.samples, contract, {
    where: record.name,
    ...(second ? { second } : {}),
  });
  const inputs = networkInputs(beats, contract);
  const { probabilities, logits, stage, fusion } = await classifier.predict(inputs, (done, total) =>
    onProgress?.(Math.floor((inputs.count * done) / total), inputs.count),
  );
  const { classes } = contract;
  const width = classes.length;
  // By logits: two probabilities may round to the same f32.
  const likeliest = [...beats.peaks.keys()].map((b) => mostLikely(logits.subarray(b * width, (b + 1) * width)));
  const confidence = likeliest.map((c, b) => probabilities[b * width + c]!);
  const raw = rawLead(signal.samples);
  const still = Array.from(beats.peaks, (peak) => standsStill(raw, signal.fs, peak));
  const judged = quality?.(signal.samples, signal.fs, beats.peaks);
  const unusable = (b: number): NotCalled | undefined => {
    if (!isUsable(beats.problems[b]!) || still[b]!) return 'signal';
    return judged?.[b]?.usable === false ? 'quality' : undefined;
  };
  const floor = confidenceFloor(
    confidence.filter((_, b) => unusable(b) === undefined),
    abstention,
  );
  const counts: Record<string, number> = Object.fromEntries([...classes, UNUSABLE].map((label) => [label, 0]));
  const classified = [...beats.peaks].map((sample, beat): ClassifiedBeat => {
    const without = unusable(beat);
    const reason = without ?? (confidence[beat]! < floor ? 'confidence' : undefined);
    const called = reason === undefined ? classes[likeliest[beat]!]! : UNUSABLE;
    counts[called]!++;
    const row = probabilities.subarray(beat * width, (beat + 1) * width);
    return {
      sample,
      time: sample / record.fs,
      class: called,
      ...(reason === undefined ? {} : { reason }),
      probabilities: without ? null : Object.fromEntries(classes.map((label, i) => [label, row[i]!])),
    };
  });
  return {
    record: record.name,
    fs: record.fs,
    lead: signal.lead,
    ...(second ? { secondLead: second.lead } : {}),
    ...(stage ? { stage } : {}),
    ...(fusion ? { fusion } : {}),
    beats: classified,
    counts,
    diagnostics: [
      ...record.diagnostics,
      ...diagnostics,
      ...(detection?.diagnostics ?? []),
      ...beats.diagnostics,
      ...stillFindings(raw, signal.fs, still, record.name),
    ],
  };
}
