import { describe, expect, it } from 'vitest';
import type { PreparedBeat } from './beat-preparation.js';
import { SequenceCaller } from './stream-caller.js';

const beats = (count: number): PreparedBeat[] =>
  Array.from({ length: count }, (_, sample) => ({
    ...{ sample, windows: new Float32Array(0), features: new Float32Array(0), problems: 0, still: false },
  }));
const nothing = new Float32Array(0);
const caller = () =>
  new SequenceCaller(async (some) => some.map((beat) => ({ beat, logits: nothing, probabilities: nothing })), 64);

describe('SequenceCaller', () => {
  it.each([0, 1, 63, 64, 96, 97, 1000])(
    'calls each of %i beats once, in their order, however they come',
    async (count) => {
      const all = beats(count);
      const pieces = caller();
      const called = [];
      for (let from = 0; from < count; from += 7) called.push(...(await pieces.take(all.slice(from, from + 7), false)));
      called.push(...(await pieces.take([], true)));
      expect(called.map(({ beat }) => beat.sample)).toEqual(all.map(({ sample }) => sample));
      expect((await caller().take(all, true)).map(({ beat }) => beat)).toEqual(all);
    },
  );

  it('takes the beats of days at once', async () => {
    expect(await caller().take(beats(400_000), true)).toHaveLength(400_000);
  });
});
