import type { BeatLabel } from '@ecgpu/ecg-dsp';
import { logProbabilities } from '../logits/log-probabilities.js';

/** How much beats of a record that look alike have in what each of them is called. Part of a patient's model file. */
export interface AlikeBeats {
  /** The nearest ones that each beat listens to. */
  readonly neighbours: number;
  /** What they weigh against what the networks say of the beat itself: 0 nothing, below 1. */
  readonly share: number;
  /** Records of fewer beats are left to the networks. */
  readonly fewestBeats: number;
}

/** Chosen inside DS1 with two encoders, on records of half an hour (docs/experiments.md); of shorter ones nothing was measured. */
export const ALIKE_BEATS: AlikeBeats = { neighbours: 20, share: 0.6, fewestBeats: 300 };

/** Times that what neighbours say is passed on: what is left out after them weighs share¹⁰, less than a hundredth. */
const ROUNDS = 10;

/** No network is surer than this that a beat is not of some shape: one that errs must not outweigh all neighbours. */
const LEAST = 1e-6;

/**
 * Lets beats that look alike decide together what shape they are of: the log-probabilities f of the shapes solve
 * f = (1 - share) y + share · (mean of f over the beat's neighbours), y those the networks give; in a row of beats of one shape this
 * averages out what they are unsure of one by one. Zhou et al., "Learning with local and global consistency", NIPS 2003, with
 * geometric means and without fixed labels. S and N are one shape: what tells them apart is when a beat comes, which its vector does
 * not say, so of those two each beat keeps its own odds.
 *
 * @param logs [beats, classes]: log-probabilities.
 * @param nearest [beats, neighbours]: of each the beats that look like it; none: what the networks say stays.
 * @returns [beats, classes]: log-probabilities.
 */
export function callAlike(
  logs: Float64Array,
  classes: readonly BeatLabel[],
  { nearest, neighbours }: { readonly nearest: Int32Array; readonly neighbours: number },
  share: number,
): Float64Array {
  if (neighbours === 0) return logs.slice();
  const shapeOf = shapesOf(classes);
  const shapes = 1 + Math.max(...shapeOf);
  const count = logs.length / classes.length;
  const own = new Float64Array(count * shapes).fill(Number.NEGATIVE_INFINITY);
  for (const [i, log] of logs.entries()) {
    const at = Math.floor(i / classes.length) * shapes + shapeOf[i % classes.length]!;
    own[at] = logOfSum(own[at]!, log);
  }
  const said = own.map((log) => Math.log(Math.exp(log) + LEAST));
  let [heard, next] = [said.slice(), new Float64Array(said.length)];
  for (let round = 0; round < ROUNDS; round++) {
    for (let beat = 0; beat < count; beat++) {
      const others = nearest.subarray(beat * neighbours, (beat + 1) * neighbours);
      for (let shape = 0; shape < shapes; shape++) {
        let sum = 0;
        for (const other of others) sum += heard[other * shapes + shape]!;
        const at = beat * shapes + shape;
        next[at] = (1 - share) * said[at]! + (share * sum) / neighbours;
      }
    }
    [heard, next] = [next, heard];
  }
  const agreed = logProbabilities(heard, shapes);
  return logs.map((log, i) => {
    const at = Math.floor(i / classes.length) * shapes + shapeOf[i % classes.length]!;
    return log - own[at]! + agreed[at]!;
  });
}

/** log(exp a + exp b); a may be -∞. */
function logOfSum(a: number, b: number): number {
  const most = Math.max(a, b);
  return most + Math.log1p(Math.exp(Math.min(a, b) - most));
}

/** For each class the number of its shape. */
function shapesOf(classes: readonly BeatLabel[]): number[] {
  const named = classes.map((label) => (label === 'S' ? 'N' : label));
  const shapes = [...new Set(named)];
  return named.map((shape) => shapes.indexOf(shape));
}
