import type { ModelKind } from '@ecgpu/model';
import type { Trained, TrainingJob } from './job.js';
import { trainBeat } from './train-beat.js';
import { trainSequence } from './train-sequence.js';

/** What trains each kind of model into a run's folder. */
export const trainers: { readonly [K in ModelKind]: (job: TrainingJob) => Promise<Trained> } = {
  beat: trainBeat,
  sequence: trainSequence,
};
