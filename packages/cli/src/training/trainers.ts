import type { ModelKind } from '@ecgpu/model';
import { holdingRun } from './held-run.js';
import type { Trained, TrainingJob } from './job.js';
import { trainBeat } from './train-beat.js';
import { trainSequence } from './train-sequence.js';

/** What trains each kind of model into a run's folder, one at a time there. */
export const trainers: { readonly [K in ModelKind]: (job: TrainingJob) => Promise<Trained> } = {
  beat: (job) => holdingRun(job.out, () => trainBeat(job)),
  sequence: (job) => holdingRun(job.out, () => trainSequence(job)),
};
