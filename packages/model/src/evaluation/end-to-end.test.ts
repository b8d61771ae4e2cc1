import type { Annotation } from '@ecgpu/ecg-dsp';
import { expect, it } from 'vitest';
import type { ClassifiedBeat } from '../classify.js';
import { callFoundBeats } from './end-to-end.js';

const mark = (sample: number, symbol: string): Annotation => ({
  ...{ sample, symbol, subtype: 0, channel: 0, number: 0, aux: '' },
});
const found = (sample: number, called: ClassifiedBeat['class']): ClassifiedBeat => ({
  ...{ sample, time: sample / 360, class: called, probabilities: null },
});

it('counts missed beats against sensitivity and extra ones against predictivity', () => {
  const record = { name: 'r', fs: 360, length: 3600 };
  const annotations = [mark(300, 'N'), mark(700, 'V'), mark(1100, 'A'), mark(1500, 'N'), mark(1900, 'Q')];
  const beats = [found(302, 'N'), found(690, 'V'), found(1300, 'V'), found(1501, '?'), found(1900, 'S')];
  const { reference, predicted } = callFoundBeats(record, annotations, beats, ['N', 'S', 'V', 'F'], 'dechazal');
  // The atrial beat was missed, the V at 1300 is extra; the annotated Q is no class of the model.
  expect(reference.map((label, i) => `${label}${predicted[i]}`).sort()).toEqual(['NN', 'NQ', 'QV', 'SQ', 'VV']);
});
