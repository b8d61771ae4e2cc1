import {
  type BeatSet,
  evaluateCalls,
  FIVE_CLASS_CONTRACT,
  type InputContract,
  loadBeatSet,
  stratifiedBeatFolds,
  withinPatientsConfig,
} from '@ecgpu/model';
import { averageF1 } from './average-f1.js';
import { joinCalls, trainAndCall } from './train-and-call.js';
import type { TrainingProtocol, TrainingProtocolContext } from './training-protocol.js';

const FOLDS = 5;

/** MIT-BIH's records of paced hearts, which AAMI leaves out: nearly all of Q. */
export const PACED = ['102', '104', '107', '217'];

/** Beats at random: what papers did whose figures are not of other people. */
export const intraPatient: TrainingProtocol = {
  split: 'mitdb',
  kinds: ['beat'],
  score: async (context) => {
    const { folds = FOLDS, epochs, seed, list } = context;
    const config = withinPatientsConfig({ seed, ...(epochs === undefined ? {} : { epochs }) });
    const set = await loadFiveClasses(context, config.augmentation.shift);
    const tests = [];
    for (const [k, split] of stratifiedBeatFolds(set, folds, seed).entries()) {
      tests.push(await trainAndCall(context, set, split, config, `fold-${k + 1}-of-${folds}`));
    }
    const evaluation = evaluateCalls(joinCalls(tests), set.contract.mapping);
    return {
      statement:
        `Intra-patient, LEAKING: the beats of ${list.name} were dealt into ${folds} folds at random, so that every patient, and the ` +
        "neighbours of every beat, are in training and in test; each record's scale, template and mean interval are of all its beats. " +
        'For comparison with papers that do so. It says nothing about other people.',
      evaluation,
      averages: [averageF1(evaluation, ['N', 'S', 'V', 'F', 'Q']), averageF1(evaluation, ['N', 'S', 'V', 'F'], PACED)],
      config: { folds, ...config },
    };
  },
};

/** The list's beats of all five classes. */
export async function loadFiveClasses(
  { console, source, list }: TrainingProtocolContext,
  margin: number,
  { learnedShare = 1, contract = FIVE_CLASS_CONTRACT }: { learnedShare?: number; contract?: InputContract } = {},
): Promise<BeatSet> {
  const reading = console.progress('records');
  const set = await loadBeatSet(source, list.records, contract, {
    ...{ margin, learnedShare },
    onRecord: (record, done, total) => reading.update(done, total, record),
  });
  reading.end(`${set.count} beats`);
  return set;
}
