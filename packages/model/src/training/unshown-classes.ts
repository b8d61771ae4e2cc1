import type { BeatLabel } from '@ecgpu/ecg-dsp';
import { countClasses } from '../data/annotated-beats.js';

/**
 * Which of a network's outputs stand for one of `asked` that a patient has not shown.
 *
 * @param labels of the patient's beats that are known, indices into `beatLabels`.
 * @param classes of the network's outputs, in their order.
 */
export function unshownClasses(
  labels: ArrayLike<number>,
  classes: readonly BeatLabel[],
  asked: readonly BeatLabel[],
): boolean[] {
  const counts = countClasses(labels);
  return classes.map((label) => asked.includes(label) && counts[label] === 0);
}
