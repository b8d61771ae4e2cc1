import type { Annotation, BeatLabel, EcgRecord, MappingName } from '@ecgpu/ecg-dsp';
import { compareBeats } from '@ecgpu/ecg-dsp/ec57';
import { type ClassifiedBeat, UNUSABLE } from '../classify.js';
import type { RecordCalls } from './evaluation.js';

/**
 * Beats that were found and classified, against the annotated ones: paired as EC57 does, over the whole record. A missed
 * beat and one on unusable signal count as calls of Q, an extra beat as one of class Q that was called what it was called:
 * so the first cost sensitivity and the second predictivity. Annotated beats of other classes than `classes` are left out.
 */
export function callFoundBeats(
  record: Pick<EcgRecord, 'name' | 'fs' | 'length'>,
  annotations: readonly Annotation[],
  found: readonly ClassifiedBeat[],
  classes: readonly BeatLabel[],
  mapping: MappingName,
): RecordCalls {
  const test = found.map(({ sample, class: called }) => ({
    ...{ sample, subtype: 0, channel: 0, number: 0, aux: '' },
    symbol: called === UNUSABLE ? 'Q' : called,
  }));
  const { events } = compareBeats(annotations, test, { fs: record.fs, length: record.length, start: 0, mapping });
  const reference: BeatLabel[] = [];
  const predicted: BeatLabel[] = [];
  const isClass = (label: string): label is BeatLabel => classes.includes(label as BeatLabel);
  for (const event of events) {
    if (event.kind === 'extra' && isClass(event.test.label)) {
      reference.push('Q');
      predicted.push(event.test.label);
    } else if ((event.kind === 'match' || event.kind === 'missed') && isClass(event.reference.label)) {
      const called = event.kind === 'match' ? event.test.label : 'Q';
      reference.push(event.reference.label);
      predicted.push(isClass(called) ? called : 'Q');
    }
  }
  return { record: record.name, reference, predicted };
}
