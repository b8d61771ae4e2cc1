import { fileListSource, readRecord } from '@ecgpu/ecg-dsp';
import { openDevice } from '@ecgpu/engine';
import { classifyRecord, decodeModel, openClassifier } from '../../../src/index.js';

/** What the page needs of the DOM; the package itself knows nothing of it. */
declare const document: { querySelector(selector: string): { readonly files: FileList } };
type FileList = Iterable<File> & Parameters<typeof fileListSource>[0];

/** Classifies a record among the files that the user picked, with the model file beside it: a letter for each beat. */
async function classifyPicked(name: string, modelFile: string, kind: 'webgpu' | 'wasm') {
  const { files } = document.querySelector('#files');
  const picked = [...files];
  const model = decodeModel(new Uint8Array(await picked.find((file) => file.name === modelFile)!.arrayBuffer()));
  const record = await readRecord(fileListSource(files), name);
  const device = await openDevice({ kind });
  try {
    const classifier = await openClassifier(device, model);
    const { beats, lead, stage } = await classifyRecord(record, model, classifier);
    return { device: device.kind, lead, stage, calls: beats.map((beat) => beat.class).join('') };
  } finally {
    device.close();
  }
}

Object.assign(globalThis, { classifyPicked });
