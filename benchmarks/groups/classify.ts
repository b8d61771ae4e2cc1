import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Contender, type Entry, timed } from '../measurement/contender.js';
import { withControl } from '../peers/ecgpu.js';
import { repositoryFile } from '../repository.js';
import type { PreparedGroup } from './group.js';

const COMMAND = repositoryFile('packages/cli/bin/ecgpu.js');
const RECORD = repositoryFile('data/mitdb-samples/100');

interface Classified {
  readonly beats: readonly { readonly sample: number; readonly class: string }[];
}

/** `ecgpu classify` on half an hour of two leads (mitdb 100), from the start of the process to its end. */
export async function classifyGroup(): Promise<PreparedGroup> {
  // The reference device takes long: it runs once, to be compared with, and is not timed.
  const expected = await classify('cpu');
  return {
    group: {
      name: 'classify a record of 30 minutes',
      what: '`ecgpu classify 100 --json`, from the start of the process to its end',
      // Beats of which another class was told, as a share: where two classes are equally likely, rounding decides.
      tolerance: 1e-3,
      reference: 'ecgpu wasm',
      entries: [...withControl(entry('wasm', expected)), entry('webgpu', expected)],
    },
    remove: () => {},
  };
}

async function classify(device: string): Promise<Classified> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [COMMAND, 'classify', RECORD, '--json', '--device', device],
    { maxBuffer: 2 ** 28 },
  );
  return JSON.parse(stdout) as Classified;
}

function entry(device: string, expected: Classified): Entry {
  const open = async (): Promise<Contender> => {
    const { beats } = await classify(device);
    const differing = beats.filter(({ sample, class: name }, i) => {
      const other = expected.beats[i];
      return other?.sample !== sample || other.class !== name;
    });
    const error = beats.length === expected.beats.length ? differing.length / beats.length : Number.POSITIVE_INFINITY;
    return {
      error,
      facts: { beats: beats.length },
      sample: (iterations) =>
        timed(async () => {
          for (let i = 0; i < iterations; i++) await classify(device);
        }),
      close: () => {},
    };
  };
  return { name: `ecgpu ${device}`, open };
}
