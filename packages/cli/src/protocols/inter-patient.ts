import {
  callsOf,
  confidenceReport,
  evaluateCalls,
  openClassifier,
  STREAM_CLASSIFIER,
  scoreBeats,
  scoreBeatsCausally,
} from '@ecgpu/model';
import type { Protocol } from './protocol.js';

/** Other people's beats, at their annotated R peaks. */
export const interPatient: Protocol = {
  heading: ({ provenance }, { name }) =>
    `Inter-patient: trained on ${provenance.records.length} records, scored on ${name}, at annotated R peaks.`,
  score: async (model, { beats, causal, source, list, device, console }) => {
    const set = causal ? undefined : await beats(model.contract);
    const classifier = await openClassifier(device, model, causal ? STREAM_CLASSIFIER : {});
    const line = console.progress(causal ? 'records' : 'beats');
    try {
      const scored = set
        ? await scoreBeats(set, classifier, (done, total) => line.update(done, total))
        : await scoreBeatsCausally(source, list.records, model, classifier, (name, done, total) =>
            line.update(done, total, name),
          );
      line.end();
      return {
        evaluation: evaluateCalls(callsOf(scored), model.contract.mapping),
        confidence: confidenceReport(scored, model.calibration),
      };
    } finally {
      classifier.release();
    }
  },
};
