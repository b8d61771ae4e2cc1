import { describe, expect, it } from 'vitest';
import { goldenFs, goldenLength, goldenReference, goldenStart, goldenTest, mark, marks } from './golden.fixture.js';
import { compareBeats } from './match.js';
import { outputAnnotations } from './output-annotations.js';

const golden = compareBeats(goldenReference, goldenTest, { fs: goldenFs, length: goldenLength });
const shown = (annotations: ReturnType<typeof outputAnnotations>): string[] =>
  annotations.map(({ sample, symbol, aux }) => `${sample - goldenStart} ${aux || symbol}`);

describe('output annotations', () => {
  it('copy the beats that agree and note the cell of each other one', () => {
    const out = shown(outputAnnotations(golden, goldenTest, { supraventricular: true }));
    expect(out).toContain('300 N');
    expect(out).toContain('1500 Fv');
    // Matched to a reference beat 54 samples before: at the test's time.
    expect(out).toContain('654 N');
    // Missed, at the reference's time; extra, at its own; each with what shutdown makes of it.
    expect(out).toContain('3000 No');
    expect(out).toContain('3055 On');
    expect(out).toContain('8100 Sx');
    expect(out).toContain('7200 Xn');
    // A test beat during fibrillation.
    expect(out).toContain('4800 *v');
    expect(out).toHaveLength(golden.events.length);
  });

  it('count S beats as N without the class', () => {
    const out = shown(outputAnnotations(golden, goldenTest, { supraventricular: false }));
    expect(out).toContain('8100 Nx');
    // The reference has j, the test N.
    expect(out).toContain('8700 S');
  });

  it('keep everything about a copied beat, also where two are alike', () => {
    const reference = marks('100 N, 400 N');
    const test = [{ ...mark(100, 'N'), aux: 'first' }, { ...mark(400, 'N'), channel: 1 }, mark(500, '+')];
    const options = { fs: 360, start: 0, length: 1000 };
    expect(outputAnnotations(compareBeats(reference, test, options), test, { supraventricular: true })).toEqual([
      test[0],
      test[1],
    ]);
  });

  it('expanded, name the symbols and copy what is no beat', () => {
    const reference = marks('100 N, 400 L, 700 V, 1000 A');
    const test = marks('100 N, 400 R, 700 V, 800 +, 1300 N');
    const result = compareBeats(reference, test, { fs: 360, start: 0, length: 2000, window: 0 });
    const out = outputAnnotations(result, test, { supraventricular: true, expanded: true });
    expect(out.map(({ sample, symbol, aux }) => [sample, symbol, aux])).toEqual([
      [100, 'N', ''],
      [400, '"', 'L/R'],
      [700, 'V', ''],
      [800, '+', ''],
      [1000, '"', 'A/O'],
      [1300, '"', 'O/N'],
    ]);
  });
});
