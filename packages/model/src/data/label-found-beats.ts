import type { Annotation, EcgRecord, MappingName } from '@ecgpu/ecg-dsp';
import { beatLabels } from '@ecgpu/ecg-dsp';
import { compareBeats } from '@ecgpu/ecg-dsp/ec57';
import { type AnnotatedBeats, annotatedBeats, fibrillationAt } from './annotated-beats.js';

/** Of no annotated beat: as Q, which networks of N, S, V and F neither draw nor learn from. */
const UNLABELLED = beatLabels.indexOf('Q');

/**
 * Beats that were found, as a training set takes them: each has the class of the annotated beat that EC57 pairs it with, within
 * 150 ms. One that is no annotated beat is Q; an annotated beat that was not found is not there.
 *
 * @param found sample indices, rising.
 */
export function labelFoundBeats(
  { name, fs, length }: Pick<EcgRecord, 'name' | 'fs' | 'length'>,
  annotations: readonly Annotation[],
  found: Int32Array,
  mapping: MappingName,
): AnnotatedBeats {
  const annotated = annotatedBeats(annotations, mapping, length, name);
  const labelAt = new Map(Array.from(annotated.samples, (sample, beat) => [sample, annotated.labels[beat]!]));
  const marks = Array.from(found, (sample) => ({
    ...{ sample, symbol: 'N', subtype: 0, channel: 0, number: 0, aux: '' },
  }));
  const { events } = compareBeats(annotations, marks, { fs, length, start: 0, mapping });
  const labelOf = new Map(
    events.flatMap((event) =>
      event.kind === 'match' ? [[event.test.sample, labelAt.get(event.reference.sample)] as const] : [],
    ),
  );
  return {
    samples: found,
    labels: Uint8Array.from(found, (sample) => labelOf.get(sample) ?? UNLABELLED),
    fibrillation: fibrillationAt(annotations, Array.from(found)),
    diagnostics: annotated.diagnostics,
  };
}
