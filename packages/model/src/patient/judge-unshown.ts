import { logProbabilities } from '../logits/log-probabilities.js';

/**
 * Leaves to networks of other people whether a beat is of a class that its patient has not shown: what a patient has not shown is
 * unlearned while the patient's own beats are learned. With p of the patient's own networks and q of those of other people:
 *
 *     q(c)                                                        for a class c that was not shown,
 *     p(c) · (1 - Σ q of those not shown) / (Σ p of those shown)  for one that was.
 *
 * @param own [beats, classes]: logarithms of p, up to a number a beat.
 * @param others [beats, classes]: of q likewise.
 * @param unshown for each class, whether it was not shown; at least one was.
 * @returns [beats, classes]: log-probabilities.
 */
export function judgeUnshown(
  own: ArrayLike<number>,
  others: ArrayLike<number>,
  unshown: readonly boolean[],
): Float64Array {
  const classes = unshown.length;
  const judged = logProbabilities(own, classes);
  const theirs = logProbabilities(others, classes);
  const shown = [...unshown.keys()].filter((c) => !unshown[c]);
  for (let from = 0; from < judged.length; from += classes) {
    const places = shown.map((c) => from + c);
    const moved = logSum(theirs, places) - logSum(judged, places);
    for (const [c, strange] of unshown.entries()) {
      judged[from + c] = strange ? theirs[from + c]! : judged[from + c]! + moved;
    }
  }
  return judged;
}

/** Logarithm of the sum of some probabilities. */
function logSum(logs: Float64Array, places: readonly number[]): number {
  const most = Math.max(...places.map((place) => logs[place]!));
  return most + Math.log(places.reduce((sum, place) => sum + Math.exp(logs[place]! - most), 0));
}
