import { callsOf, confidenceReport, evaluateCalls, openClassifier, scoreBeats } from '@ecgpu/model';
import type { Protocol } from './protocol.js';

/** Other people's beats, at their annotated R peaks. */
export const interPatient: Protocol = {
  heading: ({ provenance }, { name }) =>
    `Inter-patient: trained on ${provenance.records.length} records, scored on ${name}, at annotated R peaks.`,
  score: async (model, { beats, device, console }) => {
    const set = await beats(model.contract);
    const classifier = await openClassifier(device, model);
    const line = console.progress('beats');
    try {
      const scored = await scoreBeats(set, classifier, (done, total) => line.update(done, total));
      return {
        evaluation: evaluateCalls(callsOf(scored), model.contract.mapping),
        confidence: confidenceReport(scored, model.calibration?.temperature),
      };
    } finally {
      line.end();
      classifier.release();
    }
  },
};
