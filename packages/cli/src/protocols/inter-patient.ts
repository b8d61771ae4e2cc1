import { evaluateOnBeats, openClassifier } from '@ecgpu/model';
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
      return { evaluation: await evaluateOnBeats(set, classifier, (done, total) => line.update(done, total)) };
    } finally {
      line.end();
      classifier.release();
    }
  },
};
