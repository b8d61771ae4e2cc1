import { describe, expect, it } from 'vitest';
import { EpochsInTurn } from './epochs-in-turn.js';

function source(name: string, stepsPerEpoch = 2) {
  const told: string[] = [];
  return {
    told,
    stepsPerEpoch,
    startEpoch: (epoch: number) => void told.push(`${name} ${epoch}`),
    fill: (step: number, batch: string[]) => void batch.push(`${name}${step}`),
  };
}

describe('sources whose epochs take turns', () => {
  it('depend on the number of the epoch alone', () => {
    const [a, b] = [source('a'), source('b')];
    const batches = new EpochsInTurn([a, b]);
    const batch: string[] = [];
    for (const epoch of [3, 0, 2]) {
      batches.startEpoch(epoch);
      batches.fill(1, batch);
    }
    expect(batch).toEqual(['b1', 'a1', 'a1']);
    expect([a.told, b.told]).toEqual([['a 0', 'a 2'], ['b 3']]);
    expect(batches.stepsPerEpoch).toBe(2);
  });

  it('are refused without any, or with epochs of other lengths', () => {
    expect(() => new EpochsInTurn([])).toThrow(RangeError);
    expect(() => new EpochsInTurn([source('a'), source('b', 3)])).toThrow(RangeError);
  });
});
