import {
  type Annotation,
  type BeatLabel,
  beatLabels,
  type Diagnostic,
  type MappingName,
  pseudoLabel,
} from '@ecgpu/ecg-dsp';

/** Rhythm marks of atrial fibrillation and of flutter, whose ventricular response is as irregular. */
const FIBRILLATION: ReadonlySet<string> = new Set(['(AFIB', '(AFL']);

/** The beats that a reference annotator marked. */
export interface AnnotatedBeats {
  /** Sample indices, rising. */
  readonly samples: Int32Array;
  /** Per beat, its AAMI class as an index into `beatLabels`: N, S, V, F, Q. */
  readonly labels: Uint8Array;
  /** Per beat, 1 where the rhythm is marked as atrial fibrillation or flutter. */
  readonly fibrillation: Uint8Array;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Takes the beats out of a record's annotations. Other marks are left out (rhythm, noise, flutter waves `!`), and so are
 * beats outside of the record and all but the first of several at one sample, which are counted in `diagnostics`.
 *
 * @param mapping which symbols are supraventricular: MIT-BIH's `e` and `j` are N in `dechazal` and S in `ec57`.
 * @param length samples in the record.
 */
export function annotatedBeats(
  annotations: readonly Annotation[],
  mapping: MappingName,
  length: number,
  where = 'annotations',
): AnnotatedBeats {
  const marked = annotations
    .flatMap(({ sample, symbol }) => {
      const label = pseudoLabel(symbol, mapping);
      return label === undefined || label === 'O' ? [] : [{ sample, label }];
    })
    .sort((a, b) => a.sample - b.sample);
  const inside = marked.filter(({ sample }) => sample >= 0 && sample < length);
  const beats = inside.filter(({ sample }, i) => i === 0 || sample !== inside[i - 1]!.sample);
  const diagnostics: Diagnostic[] = [];
  const say = (code: string, count: number, what: string) => {
    if (count > 0) diagnostics.push({ code, severity: 'warning', message: `${count} ${what}; left out.`, where });
  };
  say('BEATS_OUTSIDE', marked.length - inside.length, 'beats lie outside of the record');
  say('BEATS_TWICE', inside.length - beats.length, 'beats stand at the sample of another');
  return {
    samples: Int32Array.from(beats, ({ sample }) => sample),
    labels: Uint8Array.from(beats, ({ label }) => beatLabels.indexOf(label)),
    fibrillation: fibrillationAt(
      annotations,
      beats.map(({ sample }) => sample),
    ),
    diagnostics,
  };
}

/** A rhythm lasts from its mark `+` to the next; before the first it is unknown, and not taken for fibrillation. */
export function fibrillationAt(annotations: readonly Annotation[], samples: readonly number[]): Uint8Array {
  const marks = annotations.filter(({ symbol }) => symbol === '+').sort((a, b) => a.sample - b.sample);
  let next = 0;
  let fibrillating = false;
  return Uint8Array.from(samples, (sample) => {
    for (; next < marks.length && marks[next]!.sample <= sample; next++) {
      fibrillating = FIBRILLATION.has(marks[next]!.aux.trim());
    }
    return fibrillating ? 1 : 0;
  });
}

/** Beats of each class. */
export type ClassCounts = Readonly<Record<BeatLabel, number>>;

/** @param labels indices into `beatLabels` */
export function countClasses(labels: ArrayLike<number>): ClassCounts {
  const counts: Record<BeatLabel, number> = { N: 0, S: 0, V: 0, F: 0, Q: 0 };
  for (let i = 0; i < labels.length; i++) counts[beatLabels[labels[i]!]!]++;
  return counts;
}
