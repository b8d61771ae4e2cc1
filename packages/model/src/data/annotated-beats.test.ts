import { type Annotation, beatLabels } from '@ecgpu/ecg-dsp';
import { describe, expect, it } from 'vitest';
import { annotatedBeats, countClasses } from './annotated-beats.js';

const mark = (sample: number, symbol: string): Annotation => ({
  sample,
  symbol,
  subtype: 0,
  channel: 0,
  number: 0,
  aux: '',
});

describe('annotatedBeats', () => {
  it('turns symbols into classes and leaves out what is no beat', () => {
    const marks = [...'N+LRe~jA!aJSVE"F/fQ|'].map((symbol, i) => mark(10 * i, symbol));
    const names = (mapping: 'dechazal' | 'ec57') =>
      Array.from(annotatedBeats(marks, mapping, 1000).labels, (index) => beatLabels[index]).join('');
    expect(names('dechazal')).toBe('NNNNNSSSSVVFQQQ');
    expect(names('ec57')).toBe('NNNSSSSSSVVFQQQ');
    expect(countClasses(annotatedBeats(marks, 'dechazal', 1000).labels)).toEqual({ N: 5, S: 4, V: 2, F: 1, Q: 3 });
  });

  it('gives rising samples within the record and counts what it left out', () => {
    const marks = [mark(30, 'N'), mark(-1, 'N'), mark(10, 'V'), mark(10, 'N'), mark(100, 'A'), mark(99, 'A')];
    const { samples, labels, diagnostics } = annotatedBeats(marks, 'dechazal', 100, 'x.atr');
    expect([...samples]).toEqual([10, 30, 99]);
    expect([...labels]).toEqual([2, 0, 1]);
    expect(diagnostics.map(({ code, message, where }) => [code, message.slice(0, 1), where])).toEqual([
      ['BEATS_OUTSIDE', '2', 'x.atr'],
      ['BEATS_TWICE', '1', 'x.atr'],
    ]);
  });

  it('knows which beats lie in atrial fibrillation or flutter', () => {
    const rhythm = (sample: number, aux: string) => ({ ...mark(sample, '+'), aux });
    const beats = [0, 10, 20, 30, 40, 50].map((sample) => mark(sample, 'N'));
    const rhythms = [rhythm(10, '(AFIB'), rhythm(25, '(N'), rhythm(38, '(AFL'), rhythm(50, '(B')];
    expect([...annotatedBeats([...rhythms, ...beats], 'dechazal', 100).fibrillation]).toEqual([0, 1, 1, 0, 1, 0]);
    expect([...annotatedBeats(beats, 'dechazal', 100).fibrillation]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
