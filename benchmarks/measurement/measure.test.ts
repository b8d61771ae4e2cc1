import { describe, expect, it } from 'vitest';
import { type Contender, type Entry, relativeError } from './contender.js';
import { type Group, measureGroup } from './measure.js';
import { describeGroup } from './table.js';

const pace = { rounds: 4, sampleMilliseconds: 8, budgetMilliseconds: 1000 };

/** Says that each iteration took `milliseconds`, and keeps what it was asked. */
function fake(name: string, milliseconds: number, more: Partial<Contender> = {}) {
  const asked: number[] = [];
  let closed = 0;
  const contender: Contender = {
    error: 0,
    sample: async (iterations) => {
      asked.push(iterations);
      return iterations * milliseconds;
    },
    close: () => {
      closed++;
    },
    ...more,
  };
  const entry: Entry = { name, open: async () => contender };
  return { entry, asked, closed: () => closed };
}

const group = (...entries: Entry[]): Group => ({
  name: 'g',
  what: 'work',
  flops: 4e6,
  tolerance: 1e-3,
  reference: 'a',
  entries,
});

describe('measuring a group', () => {
  it('gives every contender its turn in every round, and times as multiples of the reference', async () => {
    const [a, b] = [fake('a', 2), fake('b', 4)];
    const result = await measureGroup(group(a.entry, b.entry), pace, () => {});
    expect(a.asked.slice(-4)).toEqual([4, 4, 4, 4]);
    expect(b.asked.slice(-4)).toEqual([2, 2, 2, 2]);
    expect(result.rows[1]).toMatchObject({ name: 'b', ratio: 2, gflops: 1, iterations: 2 });
    expect([a.closed(), b.closed()]).toEqual([1, 1]);
  });

  it('gives beats a second', async () => {
    const result = await measureGroup({ ...group(fake('a', 2).entry), beats: 64 }, pace, () => {});
    expect(result.rows[0]).toMatchObject({ beatsPerSecond: 32_000 });
    expect(describeGroup(result)).toMatch(/GFLOP\/s \| beats\/s \|[\s\S]*\| +32,000 \|/);
  });

  it('does not warm up processes, and times long ones once where the group says so', async () => {
    const a = fake('a', 5000);
    await measureGroup({ ...group(a.entry), freshProcess: true, fewestRounds: 1 }, pace, () => {});
    expect(a.asked).toEqual([1, 1]);
  });

  it('takes longer samples of work that is done in long rows', async () => {
    const a = fake('a', 2);
    await measureGroup({ ...group(a.entry), sampleFactor: 3 }, pace, () => {});
    expect(a.asked.slice(-4)).toEqual([12, 12, 12, 12]);
  });

  it('gives rows of SIMD threads as shares of the peak of one thread, a thread', async () => {
    const [a, peak, two] = [fake('a', 2), fake('peak', 1), fake('two', 1)];
    const entries = [a.entry, { ...peak.entry, simdThreads: 1 }, { ...two.entry, simdThreads: 2 }];
    const result = await measureGroup({ ...group(...entries), simdPeak: 'peak' }, pace, () => {});
    expect(result.rows.map((row) => 'simdShare' in row && row.simdShare)).toEqual([false, 1, 0.5]);
    expect(describeGroup(result)).toMatch(/of SIMD peak[\s\S]*\| peak .*100 % \|\n\| two .*50 % \|/);
  });

  it('lets slow contenders sit out rounds, but no more than all but three', async () => {
    const [a, slow] = [fake('a', 2), fake('slow', 900)];
    const rounds = { ...pace, rounds: 12 };
    const { rows } = await measureGroup(group(a.entry, slow.entry), rounds, () => {});
    expect(rows[1]).toMatchObject({ milliseconds: { samples: 3 }, ratio: 450 });
  });

  it('keeps what cannot run, or computes something else, with the reason', async () => {
    const wrong = fake('wrong', 1, { error: 0.5 });
    const nan = fake('nan', 1, { error: Number.NaN });
    const absent: Entry = { name: 'absent', open: async () => Promise.reject(new Error('not installed\nstack')) };
    const result = await measureGroup(group(fake('a', 1).entry, wrong.entry, nan.entry, absent), pace, () => {});
    expect(result.rows[1]).toEqual({ name: 'wrong', skipped: expect.stringContaining('5.0e-1') });
    expect(result.rows[2]).toMatchObject({ name: 'nan', skipped: expect.any(String) });
    expect(result.rows[3]).toEqual({ name: 'absent', skipped: 'not installed' });
    expect(wrong.asked).toEqual([]);
    expect(wrong.closed()).toBe(1);
    expect(describeGroup(result)).toContain('- absent: not measured, not installed');
  });

  it('goes on without a contender that fails in the middle, and says so', async () => {
    const a = fake('a', 1);
    let samples = 0;
    const b = fake('b', 8, { sample: async () => (++samples > 3 ? Promise.reject(new Error('died')) : 8) });
    const { rows } = await measureGroup(group(a.entry, b.entry), pace, () => {});
    expect(rows[0]).toMatchObject({ name: 'a', milliseconds: { samples: 4 } });
    expect(rows[1]).toEqual({ name: 'b', skipped: 'stopped in round 2: died' });
    expect([a.closed(), b.closed()]).toEqual([1, 1]);
  });
});

describe('the error of a result', () => {
  it('is relative to the largest expected value, and infinite for what is no number', () => {
    expect(relativeError([1, 11], [1, 10])).toBeCloseTo(0.1);
    expect(relativeError([1, Number.NaN], [1, 10])).toBe(Number.POSITIVE_INFINITY);
    expect(relativeError([1], [1, 10])).toBe(Number.POSITIVE_INFINITY);
    expect(relativeError([0, 0], [0, 0])).toBe(0);
  });
});
