import { afterEach, describe, expect, it } from 'vitest';
import type { KernelProfile } from './compile/executable.js';
import { profileTrack } from './profile-track.js';

const rows: KernelProfile[] = [
  {
    label: 'matmul tiled#1',
    kernel: 'matmul tiled',
    startMicroseconds: 0,
    microseconds: 1000,
    gflops: 4,
    gigabytesPerSecond: 2,
    percentOfRoofline: 25,
    bound: 'compute',
  },
  {
    label: 'fill#2',
    kernel: 'fill',
    startMicroseconds: 1500,
    microseconds: 500,
    gflops: Number.NaN,
    gigabytesPerSecond: 1,
  },
];
interface Detail {
  readonly devtools: Readonly<Record<string, unknown>>;
}
const entries = () =>
  performance.getEntriesByType('measure').map((entry) => {
    const { name, startTime, duration, detail } = entry as typeof entry & { readonly detail: unknown };
    return { name, startTime, duration, devtools: (detail as Detail).devtools };
  });

describe('the track of a profile', () => {
  afterEach(() => performance.clearMeasures());

  it('ends where it is told to, its kernels as they followed each other', () => {
    profileTrack(rows, { end: 100 });
    const [first, second] = entries();
    expect(first).toMatchObject({ name: 'matmul tiled#1', startTime: 98 });
    expect(first!.duration).toBeCloseTo(1, 9);
    expect(second).toMatchObject({ name: 'fill#2', startTime: 99.5 });
    expect(second!.duration).toBeCloseTo(0.5, 9);
  });

  it('says on which track it lies and what each kernel reached', () => {
    profileTrack(rows, { track: 'step', trackGroup: 'mine' });
    const [first, second] = entries();
    expect(first!.devtools).toEqual({
      dataType: 'track-entry',
      track: 'step',
      trackGroup: 'mine',
      color: 'primary',
      properties: [
        ['kernel', 'matmul tiled'],
        ['time', '1000 µs'],
        ['computes', '4.00 GFLOP/s'],
        ['moves', '2.00 GB/s'],
        ['of the roofline', '25.0 % (compute)'],
      ],
      tooltipText:
        'kernel: matmul tiled, time: 1000 µs, computes: 4.00 GFLOP/s, moves: 2.00 GB/s, of the roofline: 25.0 % (compute)',
    });
    expect(second!.devtools).toMatchObject({
      color: 'tertiary',
      tooltipText: 'kernel: fill, time: 500 µs, moves: 1.00 GB/s',
    });
  });

  it('never begins before the page did, and is empty where nothing ran', () => {
    profileTrack(rows, { end: 1 });
    expect(entries()[0]!.startTime).toBe(0);
    performance.clearMeasures();
    profileTrack([]);
    expect(entries()).toEqual([]);
  });
});
