import { EcgError } from '@ecgpu/ecg-dsp';
import { RandomGenerator } from '@ecgpu/engine';

/** What random numbers are for. Each use has streams of its own, so that adding one does not change the others. */
const purposes = { sampling: 1, augmentation: 2, encoding: 3, windows: 4, folds: 5, segments: 6, noise: 7 } as const;

const EPOCHS = 2 ** 12;
const STEPS = 2 ** 16;

/**
 * Refuses a training for which there are not enough streams, before it has begun.
 *
 * @throws EcgError `TRAINING_TOO_LONG`
 */
export function requireStreams(epochs: number, stepsPerEpoch: number): void {
  if (epochs <= EPOCHS && stepsPerEpoch <= STEPS) return;
  throw new EcgError('TRAINING_TOO_LONG', `${epochs} epochs of ${stepsPerEpoch} steps were asked for.`, {
    where: 'training',
    fix: `Train for ${EPOCHS} epochs of ${STEPS} steps at most: beyond them random numbers would repeat.`,
  });
}

/**
 * The numbers of one step of one epoch. They depend on nothing that was drawn before, so that a training that goes on
 * from an epoch needs no other state than the epoch's number.
 *
 * @throws RangeError beyond 4,096 epochs or 65,536 steps in an epoch, where streams would repeat.
 */
export function randomOf(purpose: keyof typeof purposes, seed: number, epoch: number, step = 0): RandomGenerator {
  if (!(epoch >= 0 && epoch < EPOCHS && step >= 0 && step < STEPS))
    throw new RangeError(`epoch ${epoch}, step ${step}: there are streams for ${EPOCHS} epochs of ${STEPS} steps`);
  return new RandomGenerator(seed, purposes[purpose] * EPOCHS * STEPS + epoch * STEPS + step);
}
