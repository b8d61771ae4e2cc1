import { expect, it } from 'vitest';
import { GapBridge } from './gap-bridge.js';

const gap = Number.NaN;

function bridged(samples: readonly number[], ramp: number) {
  const out: number[] = [];
  const bridge = new GapBridge(ramp, (value) => out.push(value));
  const counts = samples.map((sample) => {
    bridge.push(sample);
    return out.length;
  });
  bridge.flush();
  return { out, counts, bridge };
}

it('takes out the offset and passes samples on at once', () => {
  const { out, counts } = bridged([1000, 1001, 999], 4);
  expect(out).toEqual([0, 1, -1]);
  expect(counts).toEqual([1, 2, 3]);
});

it('draws a straight line over a short gap, and holds the value before the last ramp of a long one', () => {
  expect(bridged([0, gap, gap, gap, 4], 3).out).toEqual([0, 1, 2, 3, 4]);
  expect(bridged([0, 6, gap, gap, gap, Number.POSITIVE_INFINITY, 0], 2).out).toEqual([0, 6, 6, 6, 4, 2, 0]);
});

it('gives zeros before the first sample and the last value after the last one', () => {
  expect(bridged([gap, gap, gap, 7, 9, gap], 2).out).toEqual([0, 0, 0, 0, 2, 2]);
  expect(bridged([gap, gap], 5).out).toEqual([0, 0]);
});

it('remembers what was missing until it is told to forget', () => {
  const { bridge } = bridged([0, gap, 1, gap, gap, 2, 1e300], 2);
  expect([0, 1, 2, 3, 4, 5, 6].map((index) => bridge.isMissing(index))).toEqual([
    false,
    true,
    false,
    true,
    true,
    false,
    true,
  ]);
  expect(bridge.missingSamples).toBe(4);
  bridge.forgetBefore(4);
  expect([1, 4].map((index) => bridge.isMissing(index))).toEqual([false, true]);
});
