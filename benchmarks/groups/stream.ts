import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Contender } from '../measurement/contender.js';
import { repositoryFile } from '../repository.js';
import type { PreparedGroup } from './group.js';

/** Hours of one lead in streaming form, from samples to classified beats, and the memory they take. */
export function streamGroup(hours: number): PreparedGroup {
  const open = async (): Promise<Contender> => {
    const { beats, residentMegabytes, ...measured } = await stream(hours);
    return {
      // The half hour of 650,000 samples has 2273 beats.
      error: Math.abs(beats / ((2273 * measured.hours * 3600 * 360) / 650_000) - 1),
      facts: { hours: measured.hours, beats, residentMegabytes: residentMegabytes.at(-1) ?? 0 },
      sample: async (iterations) => {
        let milliseconds = 0;
        for (let i = 0; i < iterations; i++) milliseconds += (await stream(hours)).milliseconds;
        return milliseconds;
      },
      close: () => {},
    };
  };
  return {
    group: {
      name: `stream, ${hours < 1 ? `${60 * hours} minutes` : `${hours} hours`} of one lead`,
      what: 'samples in pieces of 10 s to classified beats, the beat model on the wasm device; a process of its own',
      tolerance: 0.005,
      reference: 'streaming',
      freshProcess: true,
      ...(hours < 1 ? {} : { shownFact: 'residentMegabytes' }),
      entries: [{ name: 'streaming', open }],
    },
    remove: () => {},
  };
}

interface Streamed {
  readonly hours: number;
  readonly beats: number;
  readonly milliseconds: number;
  readonly residentMegabytes: readonly number[];
}

async function stream(hours: number): Promise<Streamed> {
  const program = repositoryFile('benchmarks/dist/stream-day.js');
  const { stdout } = await promisify(execFile)(process.execPath, [program, String(hours)]);
  return JSON.parse(stdout) as Streamed;
}
