/**
 * 24 hours of two leads in streaming form: a record of half an hour read from disk again and again, ten seconds at a time, its leads
 * filtered and its beats found. Prints one JSON document; a program of its own, so that the memory it needs is only this.
 */
import { butterworth, openRecord } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { BeatStream, SosStream } from '@ecgpu/ecg-dsp/streaming';
import { repositoryFile } from './repository.js';

const HOURS = 24;
const CHUNK_S = 10;

const start = performance.now();
const record = await openRecord(folderSource(repositoryFile('data/mitdb-samples')), '100');
const { fs, length } = record;
const band = butterworth({ order: 2, type: 'bandpass', cutoff: [0.5, 40], fs });
const filters = record.leads.map(() => new SosStream(band));
const finder = new BeatStream(fs);
let [beats, filtered, resident] = [0, 0, 0];
for (let left = HOURS * 3600 * fs; left > 0; ) {
  for (let from = 0; from < length && left > 0; ) {
    const to = Math.min(length, from + CHUNK_S * fs, from + left);
    const { leads } = await record.read({ from, to });
    beats += finder.push(leads[0]!.samples).length;
    for (const [index, { samples }] of leads.entries()) filtered += filters[index]!.push(samples).length;
    // Not resourceUsage().maxRSS, which for a process started by a larger one is the larger one's.
    resident = Math.max(resident, process.memoryUsage.rss());
    left -= to - from;
    from = to;
  }
}
beats += finder.flush().length;

process.stdout.write(
  JSON.stringify({
    hours: filtered / record.leads.length / fs / 3600,
    beats,
    milliseconds: performance.now() - start,
    // Of the whole process, at its largest.
    residentMegabytes: resident / 1e6,
  }),
);
