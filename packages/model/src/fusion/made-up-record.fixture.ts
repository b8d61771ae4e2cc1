import type { BeatInputs } from '../inference/beat-classifier.js';
import { SEQUENCE_CONTRACT, windowLength } from '../preprocess/contract.js';

/** W is a V of two and a half times the height, which the record has not shown. */
export type MadeUpClass = 'N' | 'V' | 'F' | 'W';

/** A beat of a made-up record: what it is, what it is called, and how long after the one before it comes, of the usual interval. */
export interface MadeUpBeat {
  readonly is: MadeUpClass;
  readonly called: 'N' | 'S' | 'V' | 'F';
  readonly interval: number;
}

export const madeUp = (
  is: MadeUpClass,
  called: MadeUpBeat['called'] = is === 'W' ? 'V' : is,
  interval = 1,
): MadeUpBeat => ({
  is,
  called,
  interval,
});

const bump = (t: number, centre: number, width: number) => Math.exp(-(((t - centre) / width) ** 2));

/** Seconds from the R peak to units of the record's scale: narrow, and wide with a T wave of the other sign. */
const shapes: { readonly [K in 'N' | 'V']: (t: number, lead: number) => number } = {
  N: (t, lead) => (lead === 0 ? 0.9 : 0.5) * bump(t, 0, 0.02) + 0.15 * bump(t, 0.25, 0.05),
  V: (t, lead) => (lead === 0 ? 1.2 : -0.8) * bump(t, 0.03, 0.05) - 0.4 * bump(t, 0.27, 0.07),
};

/** The shape of a beat at a sample of its window: a fusion beat is 45 % normal. */
export function madeUpShape(is: MadeUpClass, sample: number, lead = 0): number {
  const t = (sample - SEQUENCE_CONTRACT.window.before) / SEQUENCE_CONTRACT.fs;
  const [n, v] = [shapes.N(t, lead), shapes.V(t, lead)];
  return { N: n, V: v, F: 0.45 * n + 0.55 * v, W: 2.5 * v }[is];
}

export interface MadeUpRecord {
  readonly beats: BeatInputs;
  /** [beats, classes]: sure calls. */
  readonly predicted: { readonly logits: Float32Array; readonly probabilities: Float32Array };
}

/** Inputs of two leads and calls, as a classifier by SEQUENCE_CONTRACT has them; a little noise that is the same in every run. */
export function madeUpRecord(
  record: readonly MadeUpBeat[],
  present: (beat: number) => boolean = () => true,
): MadeUpRecord {
  const { channels, rhythm, classes } = SEQUENCE_CONTRACT;
  const length = windowLength(SEQUENCE_CONTRACT);
  const windowsOf = (lead: number) => {
    const windows = new Float32Array(record.length * channels.length * length);
    for (const [beat, { is }] of record.entries())
      for (let i = 0; i < length; i++)
        windows[beat * channels.length * length + i] =
          madeUpShape(is, i, lead) + 0.02 * Math.sin(12.9898 * (beat * length + i) * (lead + 1));
    return windows;
  };
  const features = new Float32Array(record.length * rhythm.features.length);
  const column = rhythm.features.indexOf('log(r[0]/global)');
  const logits = new Float32Array(record.length * classes.length);
  for (const [beat, { called, interval }] of record.entries()) {
    features[beat * rhythm.features.length + column] = Math.log(interval);
    logits[beat * classes.length + classes.indexOf(called)] = 6;
  }
  const sum = Math.exp(6) + 3;
  const probabilities = logits.map((z) => Math.exp(z) / sum);
  const there = Uint8Array.from(record.keys(), (beat) => (present(beat) ? 1 : 0));
  const second = { windows: windowsOf(1), present: there };
  return {
    beats: { count: record.length, windows: windowsOf(0), features, second },
    predicted: { logits, probabilities },
  };
}
