/**
 * Hours of signal in streaming form, classified with a shipped model from as many leads as it looks at: a record of half an hour
 * again and again, ten seconds at a time. Prints one JSON document; a program of its own, so that the memory it needs is only this.
 *
 *   node benchmarks/dist/stream-day.js [HOURS] [beat|sequence]
 */
import { readRecord } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { openDevice } from '@ecgpu/engine/node';
import { ClassifierStream, type LeadSignal, takeLead } from '@ecgpu/model';
import { loadModel } from '@ecgpu/model/node';
import { repositoryFile } from './repository.js';

const HOURS = Number(process.argv[2] ?? 24);
const CHUNK_S = 10;

const device = await openDevice({ kind: 'wasm' });
const model = await loadModel(process.argv[3] ?? 'beat');
const record = await readRecord(folderSource(repositoryFile('data/mitdb-samples')), '100');
const { fs } = record;
const { signal, second } = takeLead(record, model.contract);
const stream = await ClassifierStream.open(device, model, fs);
const start = performance.now();
let beats = 0;
/** Of the process at the end of each hour. */
const residentMegabytes: number[] = [];
let pushed = 0;
while (pushed < HOURS * 3600 * fs) {
  for (let from = 0; from < record.length && pushed < HOURS * 3600 * fs; from += CHUNK_S * fs) {
    const cut = ({ samples }: LeadSignal) => Float64Array.prototype.slice.call(samples, from, from + CHUNK_S * fs);
    const chunk = cut(signal);
    beats += (await stream.push(chunk, second && cut(second))).length;
    pushed += chunk.length;
    while (residentMegabytes.length < Math.floor(pushed / fs / 3600))
      residentMegabytes.push(Math.round(process.memoryUsage.rss() / 2 ** 20));
  }
}
beats += (await stream.flush()).length;
const milliseconds = performance.now() - start;
device.close();
process.stdout.write(JSON.stringify({ hours: pushed / fs / 3600, beats, milliseconds, residentMegabytes }));
process.exit(0);
