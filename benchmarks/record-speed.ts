/**
 * How long one half-hour record takes from disk to beats, and how much memory 24 hours take in streaming form.
 *
 *   ECG_DATA=../shared/data npx vite-node --config vitest.config.ts benchmarks/record-speed.ts
 *
 * ECG_DATA holds `mitdb`. Prints one JSON document.
 */
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { butterworth, detectBeats, readRecord, removeBaselineMedian, sosfiltfilt } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { BeatStream, SosStream } from '@ecgpu/ecg-dsp/streaming';

const data = process.env['ECG_DATA'] ?? fileURLToPath(new URL('../../shared/data', import.meta.url));
const mitdb = folderSource(join(data, 'mitdb'));
const repeats = 5;
const hours = 24;

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

async function halfHour() {
  const times = {
    read: [] as number[],
    filter: [] as number[],
    detect: [] as number[],
    total: [] as number[],
    medianBaseline: [] as number[],
  };
  for (let k = 0; k < repeats; k++) {
    const start = performance.now();
    const { leads, fs } = await readRecord(mitdb, '100');
    const read = performance.now();
    const highpass = butterworth({ order: 2, type: 'highpass', cutoff: 0.5, fs });
    const lowpass = butterworth({ order: 4, type: 'lowpass', cutoff: 40, fs });
    for (const { samples } of leads) sosfiltfilt(lowpass, sosfiltfilt(highpass, samples));
    const filtered = performance.now();
    detectBeats(leads[0]!.samples, fs);
    const detected = performance.now();
    removeBaselineMedian(leads[0]!.samples, fs);
    times.read.push(read - start);
    times.filter.push(filtered - read);
    times.detect.push(detected - filtered);
    times.total.push(detected - start);
    times.medianBaseline.push(performance.now() - detected);
  }
  return Object.fromEntries(Object.entries(times).map(([step, values]) => [step, Math.round(median(values))]));
}

/** One lead, one second at a time, filtered causally and its beats found. */
async function wholeDay() {
  const { leads, fs } = await readRecord(mitdb, '100');
  const { samples } = leads[0]!;
  const filter = new SosStream(butterworth({ order: 2, type: 'bandpass', cutoff: [0.5, 40], fs }));
  const beats = new BeatStream(fs);
  const seconds = hours * 3600;
  const start = performance.now();
  let found = 0;
  let resident = 0;
  for (let second = 0; second < seconds; second++) {
    const from = (second * fs) % (samples.length - fs);
    found += beats.push(filter.push(samples.subarray(from, from + fs))).length;
    if (second % 600 === 0) resident = Math.max(resident, process.memoryUsage.rss());
  }
  found += beats.flush().length;
  return {
    beats: found,
    milliseconds: Math.round(performance.now() - start),
    residentMegabytes: Math.round(resident / 1e6),
  };
}

const result = {
  node: process.version,
  cpu: cpus()[0]?.model,
  halfHourTwoLeadsMilliseconds: await halfHour(),
  [`streaming${hours}Hours`]: await wholeDay(),
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
