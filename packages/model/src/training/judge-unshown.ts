import { logProbabilities } from '../window-average.js';

/**
 * Gives networks of other people a say in whether a beat is of a class that its patient has not shown: what a patient has not shown is
 * unlearned while the patient's own beats are learned. With U the classes in question, p of the patient's own networks and q of those
 * of other people, and P(U), Q(U) their sums over U,
 *
 *     log-odds of U     (1 - share) · log(P(U) / (1 - P(U))) + share · log(Q(U) / (1 - Q(U)))
 *     within U          q
 *     among the others  p
 *
 * @param own [beats, classes]: logarithms of p, up to a number a beat.
 * @param others [beats, classes]: of q likewise.
 * @param unshown for each class, whether it is in U; some are not.
 * @param share how much other people's networks say: 0 nothing, 1 all.
 * @returns [beats, classes]: log-probabilities.
 */
export function judgeUnshown(
  own: ArrayLike<number>,
  others: ArrayLike<number>,
  unshown: readonly boolean[],
  share: number,
): Float64Array {
  const classes = unshown.length;
  const judged = logProbabilities(own, classes);
  if (!unshown.includes(true)) return judged;
  const theirs = logProbabilities(others, classes);
  for (let from = 0; from < judged.length; from += classes) {
    const [p, q] = [judged, theirs].map((logs) => logs.subarray(from, from + classes)) as [Float64Array, Float64Array];
    const known = { shown: logSum(p, unshown, false), unshown: logSum(p, unshown, true) };
    const strange = { shown: logSum(q, unshown, false), unshown: logSum(q, unshown, true) };
    const odds = (1 - share) * (known.unshown - known.shown) + share * (strange.unshown - strange.shown);
    // log(1 / (1 + e^-odds)) and log(1 / (1 + e^odds)).
    const [inside, outside] = [-softplus(-odds), -softplus(odds)];
    for (const [c, is] of unshown.entries()) {
      p[c] = is ? q[c]! - strange.unshown + inside : p[c]! - known.shown + outside;
    }
  }
  return judged;
}

/** Logarithm of the sum of the probabilities in question. */
function logSum(logs: Float64Array, unshown: readonly boolean[], which: boolean): number {
  const chosen = logs.filter((_, c) => unshown[c] === which);
  const most = Math.max(...chosen);
  return most + Math.log(chosen.reduce((sum, log) => sum + Math.exp(log - most), 0));
}

function softplus(x: number): number {
  return Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
}
