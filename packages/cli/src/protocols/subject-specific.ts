import {
  evaluateCalls,
  FIVE_CLASS_CONTRACT,
  type ModelKind,
  type RecordCalls,
  timeSplit,
  withinPatientsConfig,
  withinPatientsSequence,
  withSecondLead,
} from '@ecgpu/model';
import { averageF1 } from './average-f1.js';
import { loadFiveClasses, PACED } from './intra-patient.js';
import { trainAndCall } from './train-and-call.js';
import { trainSequenceAndCall } from './train-sequence-and-call.js';
import type { TrainingProtocol, TrainingProtocolContext } from './training-protocol.js';

const SHARE = 0.8;

interface Called {
  /** What learned, as the statement has it. */
  readonly learner: string;
  readonly calls: RecordCalls[];
  readonly config: object;
}

const kinds: Readonly<Record<ModelKind, (context: TrainingProtocolContext) => Promise<Called>>> = {
  beat: async (context) => {
    const config = withinPatientsConfig(trainingOf(context));
    const set = await loadFiveClasses(context, config.augmentation.shift, { learnedShare: SHARE });
    const calls = await trainAndCall(context, set, timeSplit(set), config, 'later-beats');
    return { learner: 'one model learned', calls, config };
  },
  sequence: async (context) => {
    const config = withinPatientsSequence(trainingOf(context));
    const contract = withSecondLead(FIVE_CLASS_CONTRACT);
    const { shift } = config.encoder.augmentation;
    const set = await loadFiveClasses(context, shift, { learnedShare: SHARE, contract });
    const calls = await trainSequenceAndCall(context, set, timeSplit(set), config, 'later-beats');
    const learner =
      'one model, then fine-tuned on each patient (whether a beat is S is left to networks of other patients where the patient had ' +
      'shown none), learned';
    return { learner, calls, config };
  },
};

/** Everybody's earlier beats to train on, everybody's later ones to test on. */
export const subjectSpecific: TrainingProtocol = {
  split: 'mitdb',
  kinds: ['beat', 'sequence'],
  score: async (context) => {
    const { learner, calls, config } = await kinds[context.kind](context);
    const evaluation = evaluateCalls(calls, FIVE_CLASS_CONTRACT.mapping);
    return {
      statement:
        `Subject-specific: ${learner} from the first ${100 * SHARE} % of the time of every record of ${context.list.name} and was tested on ` +
        "the rest. The patients are the same; of a record's later part nothing was used for scale, template and mean interval, and its " +
        'labels were not. It says nothing about other people.',
      evaluation,
      averages: [averageF1(evaluation, ['N', 'S', 'V', 'F', 'Q']), averageF1(evaluation, ['N', 'S', 'V', 'F'], PACED)],
      config: { share: SHARE, ...config },
    };
  },
};

function trainingOf({ epochs, seed }: TrainingProtocolContext) {
  return { seed, ...(epochs === undefined ? {} : { epochs }) };
}
