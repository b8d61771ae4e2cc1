import { expect } from 'vitest';
import { syntheticEcg } from '../qrs/synthetic-ecg.fixture.js';
import type { SampleStream } from './gap-aware-stream.js';

export const fs = 250;

/** A minute of beats with wander and noise, of a range of 3. */
export const ecg = syntheticEcg(
  60 * fs,
  fs,
  Array.from({ length: 70 }, (_, k) => 100 + 210 * k),
).map((value, i) => value + 0.8 * Math.sin((2 * Math.PI * 0.2 * i) / fs) + 0.05 * Math.sin(12.9898 * i * i));
export const range = 3;

/** All that a stream gives for a signal in chunks of these sizes, and then the rest. */
export function streamed(stream: SampleStream, signal: ArrayLike<number>, chunks: readonly number[] = []): number[] {
  const out: number[] = [];
  const whole = Float64Array.from(signal);
  let from = 0;
  for (const size of [...chunks, whole.length]) {
    out.push(...stream.push(whole.subarray(from, from + size)));
    from += size;
  }
  return [...out, ...stream.flush()];
}

export function worst(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

/** Every sample is handed out within the declared latency. */
export function expectLatency(stream: SampleStream, signal: Float64Array): void {
  let out = 0;
  signal.forEach((sample, i) => {
    out += stream.push([sample]).length;
    if (i + 1 - out > stream.latency) throw new Error(`sample ${out} is later than ${stream.latency} after ${i}`);
  });
}
