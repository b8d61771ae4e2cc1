import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { butterworth, decodeAnnotations, detectBeats, readRecord, sosfiltfilt } from '@ecgpu/ecg-dsp';
import { beatStatistics, compareBeats } from '@ecgpu/ecg-dsp/ec57';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { type Contender, timed } from '../measurement/contender.js';
import { withControl } from '../peers/ecgpu.js';
import { repositoryFile } from '../repository.js';
import type { PreparedGroup } from './group.js';

const FOLDER = repositoryFile('data/mitdb-samples');
const RECORD = '100';

interface Found {
  readonly beats: readonly number[];
  readonly fs: number;
  readonly readMilliseconds: number;
  readonly filterMilliseconds: number;
  readonly beatsMilliseconds: number;
}

/** Half an hour of two leads (mitdb 100) from disk to beats. */
export function halfHourGroup(): PreparedGroup {
  const open = async (): Promise<Contender> => {
    const { beats, fs, ...facts } = await halfHour();
    return {
      error: await shareNotMatched(beats, fs),
      facts: { beats: beats.length, ...facts },
      sample: (iterations) =>
        timed(async () => {
          for (let i = 0; i < iterations; i++) await halfHour();
        }),
      close: () => {},
    };
  };
  return {
    group: {
      name: 'signal, 30 minutes of two leads',
      what: 'a record read from disk, both leads filtered 0.5 to 40 Hz without a phase shift, the beats of one found',
      // Beats of the reference annotations that were missed, and beats too many, as a share.
      tolerance: 0.005,
      reference: 'read, filtered, beats found',
      entries: withControl({ name: 'read, filtered, beats found', open }),
    },
    remove: () => {},
  };
}

/** 24 hours of two leads in streaming form, and the memory they take. */
export function wholeDayGroup(): PreparedGroup {
  const open = async (): Promise<Contender> => {
    const { hours, beats, residentMegabytes } = await wholeDay();
    return {
      // The half hour of 650,000 samples has 2273 beats.
      error: Math.abs(beats / ((2273 * hours * 3600 * 360) / 650_000) - 1),
      facts: { hours, beats, residentMegabytes },
      sample: async (iterations) => {
        let milliseconds = 0;
        for (let i = 0; i < iterations; i++) milliseconds += (await wholeDay()).milliseconds;
        return milliseconds;
      },
      close: () => {},
    };
  };
  return {
    group: {
      name: 'signal, 24 hours of two leads, streaming',
      what: 'a record read from disk again and again in pieces of 10 s, both leads filtered, the beats of one found; a process of its own',
      tolerance: 0.005,
      reference: 'streaming',
      freshProcess: true,
      shownFact: 'residentMegabytes',
      entries: [{ name: 'streaming', open }],
    },
    remove: () => {},
  };
}

async function halfHour(): Promise<Found> {
  const start = performance.now();
  const { leads, fs } = await readRecord(folderSource(FOLDER), RECORD);
  const read = performance.now();
  const highpass = butterworth({ order: 2, type: 'highpass', cutoff: 0.5, fs });
  const lowpass = butterworth({ order: 4, type: 'lowpass', cutoff: 40, fs });
  const [first] = leads.map(({ samples }) => sosfiltfilt(lowpass, sosfiltfilt(highpass, samples)));
  const filtered = performance.now();
  const beats = [...detectBeats(first!, fs).samples];
  return {
    beats,
    fs,
    readMilliseconds: read - start,
    filterMilliseconds: filtered - read,
    beatsMilliseconds: performance.now() - filtered,
  };
}

async function shareNotMatched(beats: readonly number[], fs: number): Promise<number> {
  const reference = decodeAnnotations(await readFile(`${FOLDER}/${RECORD}.atr`), { fs }).annotations;
  const test = beats.map((sample) => ({ sample, symbol: 'N', subtype: 0, channel: 0, number: 0, aux: '' }));
  const { cells } = compareBeats(reference, test, { fs, start: 0 });
  const { qrsSensitivity, qrsPredictivity } = beatStatistics(cells);
  const missed = qrsSensitivity.total - qrsSensitivity.hits;
  return (missed + qrsPredictivity.total - qrsPredictivity.hits) / qrsSensitivity.total;
}

async function wholeDay(): Promise<Record<'hours' | 'beats' | 'milliseconds' | 'residentMegabytes', number>> {
  const { stdout } = await promisify(execFile)(process.execPath, [repositoryFile('benchmarks/dist/signal-day.js')]);
  return JSON.parse(stdout) as Awaited<ReturnType<typeof wholeDay>>;
}
