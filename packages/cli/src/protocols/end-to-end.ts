import { readAnnotations } from '@ecgpu/ecg-dsp';
import {
  callFoundBeats,
  classifyCausally,
  classifyRecord,
  evaluateCalls,
  openClassifier,
  type RecordCalls,
  readLeads,
  STREAM_CLASSIFIER,
} from '@ecgpu/model';
import type { Protocol } from './protocol.js';

/** Other people's beats, at the R peaks that are found. */
export const endToEnd: Protocol = {
  heading: ({ provenance }, { name }) =>
    `End to end: trained on ${provenance.records.length} records, scored on ${name}, at the R peaks that were found; missed and extra beats count.`,
  score: async (model, { causal, source, list, device, console }) => {
    const { classes, mapping } = model.contract;
    const classifier = await openClassifier(device, model, causal ? STREAM_CLASSIFIER : {});
    const line = console.progress('records');
    try {
      const calls: RecordCalls[] = [];
      for (const [done, name] of list.records.entries()) {
        line.update(done, list.records.length, name);
        const record = await readLeads(source, name, model.contract);
        const { annotations } = await readAnnotations(source, name, 'atr', { fs: record.fs });
        const { beats } = await (causal ? classifyCausally : classifyRecord)(record, model, classifier);
        calls.push(callFoundBeats(record, annotations, beats, classes, mapping));
      }
      line.end();
      return { evaluation: evaluateCalls(calls, mapping) };
    } finally {
      classifier.release();
    }
  },
};
