import { fileListSource, readRecord } from '@ecgpu/ecg-dsp';
import { openDevice } from '@ecgpu/engine';
import { type ClassifiedRecord, classifyRecord, decodeModel, openClassifier } from '../../../src/index.js';

/** What the page needs of the DOM; the package itself knows nothing of it. */
declare const document: { querySelector(selector: string): { readonly files: FileList } };
type FileList = Iterable<File> & Parameters<typeof fileListSource>[0];

/** Classifies a record among the files that the user picked, with the model file beside it. */
async function classifyPicked(name: string, modelFile: string): Promise<Pick<ClassifiedRecord, 'counts' | 'lead'>> {
  const { files } = document.querySelector('#files');
  const picked = [...files];
  const model = decodeModel(new Uint8Array(await picked.find((file) => file.name === modelFile)!.arrayBuffer()));
  const record = await readRecord(fileListSource(files), name);
  const device = await openDevice();
  try {
    const classifier = await openClassifier(device, model);
    const { counts, lead } = await classifyRecord(record, model, classifier);
    return { counts, lead };
  } finally {
    device.close();
  }
}

Object.assign(globalThis, { classifyPicked });
