import { type Device, f32, linear } from '@ecgpu/engine';

/** Beats that are looked at as neighbours of each; more would take the time of a long record's square. */
const MOST_CANDIDATES = 4096;

/** Rows that are compared at once. */
const BATCH = 128;

/** Nearer than no beat is. */
const PADDING = -1e30;

/**
 * For each beat of a record those whose vectors are nearest to its own (Euclidean), itself left out. Of a record of more than 4,096
 * beats as many are looked at, spread evenly over it.
 *
 * @param rows [count, width].
 * @param neighbours how many of each; fewer where the record has fewer others.
 * @returns [count, neighbours found]: indices of beats, the nearest first.
 */
export async function nearestBeats(
  device: Device,
  rows: Float32Array,
  width: number,
  neighbours: number,
): Promise<{ readonly nearest: Int32Array; readonly neighbours: number }> {
  const count = rows.length / width;
  const size = Math.min(count, MOST_CANDIDATES);
  const beatOf = Int32Array.from({ length: size }, (_, place) => Math.floor((place * count) / size));
  const found = Math.max(0, Math.min(neighbours, size - 1));
  const nearest = new Int32Array(count * found);
  if (found === 0) return { nearest, neighbours: found };
  // Rounded up, so that records of about the same length share a compiled program.
  const places = 256 * Math.ceil(size / 256);
  const candidates = new Float32Array(places * width);
  const bias = new Float32Array(places).fill(PADDING);
  for (const [place, beat] of beatOf.entries()) {
    const row = rows.subarray(beat * width, (beat + 1) * width);
    candidates.set(row, place * width);
    bias[place] = -row.reduce((sum, x) => sum + x * x, 0) / 2;
  }
  // a · b - |b|² / 2 orders the candidates b as |a - b|² does, the other way round.
  const program = await device.compile(
    { asked: f32(BATCH, width), candidates: f32(places, width), bias: f32(places) },
    ({ asked, candidates, bias }) => ({ nearness: linear(asked, candidates, bias) }),
    { label: 'nearest beats' },
  );
  try {
    const asked = new Float32Array(BATCH * width);
    for (let from = 0; from < count; from += BATCH) {
      const to = Math.min(count, from + BATCH);
      asked.set(rows.subarray(from * width, to * width));
      program.run({ asked, candidates, bias });
      const nearness = (await program.read('nearness')) as Float32Array;
      for (let beat = from; beat < to; beat++) {
        const own = nearness.subarray((beat - from) * places, (beat - from) * places + size);
        takeLargest(own, beatOf, beat, nearest.subarray(beat * found, (beat + 1) * found));
      }
    }
  } finally {
    program.release();
  }
  return { nearest, neighbours: found };
}

/** Fills `into` with the beats of the largest values, `beat` itself left out; of two alike the earlier one first. */
function takeLargest(values: Float32Array, beatOf: Int32Array, beat: number, into: Int32Array): void {
  const best = new Float32Array(into.length).fill(Number.NEGATIVE_INFINITY);
  const last = into.length - 1;
  for (let place = 0; place < values.length; place++) {
    const value = values[place]!;
    if (value <= best[last]! || beatOf[place] === beat) continue;
    let at = last;
    for (; at > 0 && value > best[at - 1]!; at--) {
      best[at] = best[at - 1]!;
      into[at] = into[at - 1]!;
    }
    best[at] = value;
    into[at] = beatOf[place]!;
  }
}
