import { readRecord } from '@ecgpu/ecg-dsp';
import { openRecordPath } from '@ecgpu/ecg-dsp/node';
import { openDevice } from '@ecgpu/engine/node';
import { classifyRecord, openClassifier } from '@ecgpu/model';
import { loadModel } from '@ecgpu/model/node';

const device = await openDevice();
const model = await loadModel('beat');
const classifier = await openClassifier(device, model);
const { source, name } = openRecordPath('data/mitdb-samples/100');
const { beats, counts } = await classifyRecord(await readRecord(source, name), model, classifier);
console.log(counts, beats[7]);
device.close();
