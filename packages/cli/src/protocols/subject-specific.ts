import { evaluateCalls, timeSplit, withinPatientsConfig } from '@ecgpu/model';
import { averageF1 } from './average-f1.js';
import { loadFiveClasses, PACED } from './intra-patient.js';
import { trainAndCall } from './train-and-call.js';
import type { TrainingProtocol } from './training-protocol.js';

const SHARE = 0.8;

/** Everybody's earlier beats to train on, everybody's later ones to test on. */
export const subjectSpecific: TrainingProtocol = {
  split: 'mitdb',
  kinds: ['beat'],
  score: async (context) => {
    const { epochs, seed, list } = context;
    const config = withinPatientsConfig({ seed, ...(epochs === undefined ? {} : { epochs }) });
    const set = await loadFiveClasses(context, config.augmentation.shift, SHARE);
    const calls = await trainAndCall(context, set, timeSplit(set), config, 'later-beats');
    const evaluation = evaluateCalls(calls, set.contract.mapping);
    return {
      statement:
        `Subject-specific: one model learned from the first ${100 * SHARE} % of the time of every record of ${list.name} and was tested on ` +
        "the rest. The patients are the same; of a record's later part nothing was used for scale, template and mean interval, and its " +
        'labels were not. It says nothing about other people.',
      evaluation,
      averages: [averageF1(evaluation, ['N', 'S', 'V', 'F', 'Q']), averageF1(evaluation, ['N', 'S', 'V', 'F'], PACED)],
      config: { share: SHARE, ...config },
    };
  },
};
