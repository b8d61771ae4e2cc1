import { type BeatLabel, type Diagnostic, detectBeats, type EcgRecord } from '@ecgpu/ecg-dsp';
import type { RecordClassifier } from './classifier.js';
import type { InputContract } from './contract.js';
import { takeLead } from './preprocess/lead.js';
import { networkInputs } from './preprocess/network-inputs.js';
import { prepareBeats } from './preprocess/record-beats.js';
import { beatProblem } from './preprocess/signal-problems.js';

/** What a beat is called when its signal cannot be used: it is marked, not guessed. */
export const UNUSABLE = '?';

export interface ClassifiedBeat {
  /** R peak, sample index at the record's rate. */
  readonly sample: number;
  /** Seconds from the record's start. */
  readonly time: number;
  readonly class: BeatLabel | typeof UNUSABLE;
  /** Probability of each of the model's classes; absent where the signal cannot be used. */
  readonly probabilities: Readonly<Partial<Record<BeatLabel, number>>> | null;
}

export interface ClassifiedRecord {
  readonly record: string;
  readonly fs: number;
  readonly lead: string;
  /** The second lead that was looked at, if one was. */
  readonly secondLead?: string;
  readonly beats: readonly ClassifiedBeat[];
  readonly counts: Readonly<Record<string, number>>;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ClassifyOptions {
  readonly lead?: string;
  /** R peaks at the record's rate; found by the default detector where absent. */
  readonly peaks?: ArrayLike<number>;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The whole way from a record to classified beats. What the signal holds never throws; `diagnostics` says what was odd. */
export async function classifyRecord(
  record: EcgRecord,
  { contract }: { readonly contract: InputContract },
  classifier: RecordClassifier,
  { lead, peaks, onProgress }: ClassifyOptions = {},
): Promise<ClassifiedRecord> {
  const { signal, second, diagnostics } = takeLead(record, contract, lead);
  const detection = peaks === undefined ? detectBeats(signal.samples, signal.fs) : undefined;
  const beats = prepareBeats(signal, peaks ?? detection!.samples, contract, {
    where: record.name,
    ...(second ? { second } : {}),
  });
  const { probabilities } = await classifier.predict(networkInputs(beats, contract), onProgress);
  const { classes } = contract;
  const counts: Record<string, number> = Object.fromEntries([...classes, UNUSABLE].map((label) => [label, 0]));
  const classified = [...beats.peaks].map((sample, beat): ClassifiedBeat => {
    const usable = (beats.problems[beat]! & (beatProblem.missing | beatProblem.flat)) === 0;
    const row = probabilities.subarray(beat * classes.length, (beat + 1) * classes.length);
    const called = usable ? classes[mostLikely(row)]! : UNUSABLE;
    counts[called]!++;
    return {
      sample,
      time: sample / record.fs,
      class: called,
      probabilities: usable ? Object.fromEntries(classes.map((label, i) => [label, row[i]!])) : null,
    };
  });
  return {
    record: record.name,
    fs: record.fs,
    lead: signal.lead,
    ...(second ? { secondLead: second.lead } : {}),
    beats: classified,
    counts,
    diagnostics: [...record.diagnostics, ...diagnostics, ...(detection?.diagnostics ?? []), ...beats.diagnostics],
  };
}

/** Index of the largest value; the first of equals. */
export function mostLikely(row: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < row.length; i++) if (row[i]! > row[best]!) best = i;
  return best;
}
