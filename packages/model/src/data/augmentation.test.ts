import { RandomGenerator } from '@ecgpu/engine';
import { describe, expect, it } from 'vitest';
import { type Augmentation, BeatAugmenter, NO_AUGMENTATION } from './augmentation.js';
import { beatSetInputs } from './beat-set.js';
import { syntheticSet } from './synthetic-set.fixture.js';

const set = syntheticSet([{ N: 2 }, { V: 2 }]);
const plain = beatSetInputs(set);
const BEAT = 2;
const ROWS = 4000;

/** Beat 2, changed 4,000 times. */
function changed(change: Partial<Augmentation>, rows = ROWS) {
  const augmenter = new BeatAugmenter(set, { ...NO_AUGMENTATION, ...change });
  const random = new RandomGenerator(11);
  const window = new Float32Array(rows * 320);
  const rhythm = new Float32Array(rows * 15);
  for (let row = 0; row < rows; row++) augmenter.write(BEAT, random, window, rhythm, row);
  return { window, rhythm };
}

const beatOf = plain.windows.subarray(BEAT * 320, (BEAT + 1) * 320);
const rhythmOf = plain.features.subarray(BEAT * 15, (BEAT + 1) * 15);
const deviation = (values: readonly number[]) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
/** What was added to sample i of channel c, row by row. */
const added = ({ window }: { window: Float32Array }, c: number, i: number) =>
  Array.from({ length: ROWS }, (_, row) => window[row * 320 + c * 160 + i]! - beatOf[c * 160 + i]!);
const moved = ({ rhythm }: { rhythm: Float32Array }, f: number) =>
  Array.from({ length: ROWS }, (_, row) => rhythm[row * 15 + f]! - rhythmOf[f]!);

describe('BeatAugmenter', () => {
  it('changes nothing where nothing is asked for', () => {
    const { window, rhythm } = changed({}, 1);
    expect(window).toEqual(beatOf);
    expect(rhythm).toEqual(rhythmOf);
  });

  it('shifts beat and template together, each way alike often', () => {
    const { window } = changed({ shift: 3 });
    const seen = new Map<number, number>();
    for (let row = 0; row < ROWS; row++) {
      const shift = [-3, -2, -1, 0, 1, 2, 3].find((s) =>
        [0, 50, 159].every((i) => {
          const x = set.beats[BEAT * 166 + 3 + i + s]!;
          const template = set.templates[166 + 3 + i + s]!;
          return window[row * 320 + i] === x && window[row * 320 + 160 + i] === Math.fround(x - template);
        }),
      );
      expect(shift).toBeDefined();
      seen.set(shift!, (seen.get(shift!) ?? 0) + 1);
    }
    // 4,000 / 7 = 571, standard deviation 22.
    for (const s of [-3, -2, -1, 0, 1, 2, 3]) expect(Math.abs(seen.get(s)! - 571)).toBeLessThan(100);
  });

  it('adds the same slow wander to both channels', () => {
    const wandering = changed({ wander: 0.1 });
    // Over all phases a sine's mean square is half its amplitude's.
    expect(deviation(added(wandering, 0, 40))).toBeCloseTo(0.1 / Math.SQRT2, 2);
    expect(largest(added(wandering, 0, 40), added(wandering, 1, 40))).toBeLessThan(1e-6);
    // At most 0.7 Hz: from one sample to the next it moves less than 2π 0.7 / 120 of its amplitude.
    const [now, next] = [added(wandering, 0, 40), added(wandering, 0, 41)];
    expect(deviation(now.map((x, row) => x - next[row]!))).toBeLessThan(0.004);
  });

  it('adds the same white noise to both channels', () => {
    const noisy = changed({ noise: 0.02 });
    // σ is 0.02 U(0, 2): its mean square is 0.02² · 4/3.
    expect(deviation(added(noisy, 0, 10))).toBeCloseTo(0.02 * Math.sqrt(4 / 3), 2.5);
    expect(largest(added(noisy, 0, 10), added(noisy, 1, 10))).toBeLessThan(1e-6);
    const [a, b] = [added(noisy, 0, 10), added(noisy, 0, 11)];
    const product = a.reduce((sum, x, row) => sum + x * b[row]!, 0) / ROWS;
    expect(Math.abs(product)).toBeLessThan(0.1 * deviation(a) ** 2);
  });

  it('multiplies both channels by one gain', () => {
    const { window } = changed({ gain: 0.15 });
    const logs = Array.from({ length: ROWS }, (_, row) => Math.log(window[row * 320 + 5]! / beatOf[5]!));
    expect(deviation(logs)).toBeCloseTo(0.15, 2);
    const other = Array.from({ length: ROWS }, (_, row) => Math.log(window[row * 320 + 200]! / beatOf[200]!));
    expect(largest(logs, other)).toBeLessThan(1e-5);
  });

  it('moves the rhythm features as misjudged means would, and each on its own', () => {
    const jittered = changed({ normalisers: 0.1 });
    const names = set.contract.rhythm.features;
    const local = moved(jittered, names.indexOf('log(r[0]/local)'));
    const global = moved(jittered, names.indexOf('log(r[0]/global)'));
    expect(deviation(local)).toBeCloseTo(0.1, 2);
    expect(deviation(global)).toBeCloseTo(0.1, 2);
    expect(names.filter((name) => /\/local\)/.test(name))).toHaveLength(6);
    for (const [f, name] of names.entries()) {
      const expected = local.map((u, row) => {
        if (name === 'log(local/global)') return global[row]! - u;
        if (name.endsWith('/local)')) return u;
        return name.endsWith('/global)') ? global[row]! : 0;
      });
      expect(largest(moved(jittered, f), expected), name).toBeLessThan(1e-6);
    }
    const noisy = changed({ features: 0.03 });
    expect(deviation(moved(noisy, 9))).toBeCloseTo(0.03, 2.5);
    expect(largest(moved(noisy, 9), moved(noisy, 10))).toBeGreaterThan(0.01);
  });
});

function largest(a: readonly number[], b: readonly number[]): number {
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);
}
