import { type Annotation, beatLabels } from '@ecgpu/ecg-dsp';
import { expect, it } from 'vitest';
import { labelFoundBeats } from './label-found-beats.js';

const record = { name: 'r', fs: 360, length: 3600 };
const mark = (sample: number, symbol: string, aux = ''): Annotation => ({
  ...{ sample, symbol, subtype: 0, channel: 0, number: 0, aux },
});

it('gives found beats the class of the annotated beat within 150 ms, and those without one no class of the networks', () => {
  const annotations = [mark(10, '+', '(N'), ...[mark(300, 'N'), mark(700, 'V'), mark(1100, 'A'), mark(1500, 'N')]];
  const rhythm = mark(1400, '+', '(AFIB');
  const found = Int32Array.of(302, 690, 900, 1154, 1501);
  const { samples, labels, fibrillation } = labelFoundBeats(record, [...annotations, rhythm], found, 'dechazal');
  expect(samples).toEqual(found);
  expect(Array.from(labels, (label) => beatLabels[label]).join('')).toBe('NVQSN');
  expect([...fibrillation]).toEqual([0, 0, 0, 0, 1]);
  // 1100 and 1155 are 152.8 ms apart.
  const late = labelFoundBeats(record, annotations, Int32Array.of(1155), 'dechazal');
  expect([...late.labels]).toEqual([beatLabels.indexOf('Q')]);
});

it('goes by the mapping, and pairs each annotated beat once', () => {
  const found = Int32Array.of(290, 303);
  const annotations = [mark(300, 'j')];
  const labels = (mapping: 'dechazal' | 'ec57') =>
    Array.from(labelFoundBeats(record, annotations, found, mapping).labels, (label) => beatLabels[label]).join('');
  expect([labels('dechazal'), labels('ec57')]).toEqual(['QN', 'QS']);
});
