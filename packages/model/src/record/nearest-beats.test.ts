import { type Device, RandomGenerator } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nearestBeats } from './nearest-beats.js';

describe('nearestBeats', () => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice({ kind: 'wasm' });
  });
  afterAll(() => device.close());
  const width = 5;
  const random = (count: number) => {
    const generator = new RandomGenerator(3, 1);
    return Float32Array.from({ length: count * width }, () => generator.normal());
  };
  const distance = (rows: Float32Array, a: number, b: number) => {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += (rows[a * width + j]! - rows[b * width + j]!) ** 2;
    return sum;
  };

  it('finds the beats of least distance, the nearest first, more beats than a batch holds', async () => {
    const rows = random(300);
    const { nearest, neighbours } = await nearestBeats(device, rows, width, 4);
    expect(neighbours).toBe(4);
    for (let beat = 0; beat < 300; beat++) {
      const others = Array.from({ length: 300 }, (_, i) => i).filter((i) => i !== beat);
      others.sort((a, b) => distance(rows, beat, a) - distance(rows, beat, b));
      expect([...nearest.subarray(beat * 4, beat * 4 + 4)]).toEqual(others.slice(0, 4));
    }
  });

  it('gives all others where there are fewer than asked for, and none to a beat alone', async () => {
    const three = await nearestBeats(device, random(3), width, 20);
    expect(three.neighbours).toBe(2);
    expect([...three.nearest].map((beat, i) => [Math.floor(i / 2), beat].sort().join('')).sort()).toEqual([
      '01',
      '01',
      '02',
      '02',
      '12',
      '12',
    ]);
    expect(await nearestBeats(device, random(1), width, 20)).toEqual({ nearest: new Int32Array(0), neighbours: 0 });
    expect((await nearestBeats(device, random(0), width, 20)).nearest.length).toBe(0);
  });

  it('looks at 4,096 beats of a longer record, spread over it, and never at the beat itself', async () => {
    const count = 5000;
    // Beats on a line, so that the nearest of those looked at are known.
    const rows = new Float32Array(count * width);
    for (let beat = 0; beat < count; beat++) rows[beat * width] = beat / count;
    const { nearest } = await nearestBeats(device, rows, width, 2);
    const looked = new Set(Array.from({ length: 4096 }, (_, place) => Math.floor((place * count) / 4096)));
    for (let beat = 0; beat < count; beat++) {
      for (const other of nearest.subarray(beat * 2, beat * 2 + 2)) {
        expect(other !== beat && looked.has(other) && Math.abs(other - beat) < 8).toBe(true);
      }
    }
  });
});
