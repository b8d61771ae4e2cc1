import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Contender, type Entry, timed } from '../measurement/contender.js';
import { withControl } from '../peers/ecgpu.js';
import { repositoryFile } from '../repository.js';
import { writeDayOfRecord } from './day-of-record.js';
import type { PreparedGroup } from './group.js';

const COMMAND = repositoryFile('packages/cli/bin/ecgpu.js');
const HALF_HOUR = repositoryFile('data/mitdb-samples/100');

interface Classified {
  readonly beats: readonly { readonly sample: number; readonly class: string }[];
}

/** What `ecgpu classify` is told. */
interface Command {
  readonly record: string;
  readonly model: 'beat' | 'sequence';
  readonly device: 'cpu' | 'wasm' | 'webgpu';
}

const WASM_BEAT = 'beat, wasm';

/** `ecgpu classify` on half an hour of two leads (mitdb 100) by either shipped model, from the start of the process to its end. */
export async function classifyGroup(): Promise<PreparedGroup> {
  // The reference device takes long: it runs once, to be compared with, and is not timed. By `sequence` it takes minutes.
  const beat = await classify({ record: HALF_HOUR, model: 'beat', device: 'cpu' });
  const sequence = await classify({ record: HALF_HOUR, model: 'sequence', device: 'wasm' });
  const entry = (model: Command['model'], device: Command['device']) =>
    classifying({ record: HALF_HOUR, model, device }, model === 'beat' ? beat : sequence);
  return {
    group: {
      name: 'classify a record of 30 minutes',
      what: '`ecgpu classify 100 --json`, two leads, from the start of the process to its end; `beat` looks at one of them',
      // Beats of which another class was told, as a share: where two classes are equally likely, rounding decides.
      tolerance: 1e-3,
      reference: WASM_BEAT,
      freshProcess: true,
      beats: beat.beats.length,
      entries: [
        ...withControl(entry('beat', 'wasm')),
        entry('beat', 'webgpu'),
        entry('sequence', 'wasm'),
        entry('sequence', 'webgpu'),
      ],
    },
    remove: () => {},
  };
}

/** The same of a day: that half hour 48 times. */
export async function classifyDayGroup(): Promise<PreparedGroup> {
  const day = await writeDayOfRecord(HALF_HOUR);
  const halfHour = await classify({ record: HALF_HOUR, model: 'beat', device: 'wasm' });
  const beats = halfHour.beats.length * day.repeats;
  const entry = (model: Command['model']): Entry => {
    const command: Command = { record: day.record, model, device: 'wasm' };
    return {
      name: `${model}, wasm`,
      open: () => open(command, ({ beats: found }) => Math.abs(found.length / beats - 1)),
    };
  };
  return {
    group: {
      name: 'classify a record of 24 hours',
      what: `\`ecgpu classify\` as above, of ${day.hours.toFixed(0)} hours: the half hour again and again`,
      // Beats too many or too few, as a share: some at the joints are.
      tolerance: 0.005,
      reference: WASM_BEAT,
      freshProcess: true,
      // Minutes each: once opened they are timed twice, the first time to see how long they take.
      fewestRounds: 1,
      beats,
      entries: [entry('beat'), entry('sequence')],
    },
    remove: day.remove,
  };
}

async function classify({ record, model, device }: Command): Promise<Classified> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [COMMAND, 'classify', record, '--json', '--model', model, '--device', device],
    { maxBuffer: 2 ** 28 },
  );
  return JSON.parse(stdout) as Classified;
}

function classifying(command: Command, expected: Classified): Entry {
  return {
    name: `${command.model}, ${command.device}`,
    open: () => open(command, (found) => differing(found, expected)),
  };
}

/** Share of the beats that are called otherwise. */
function differing({ beats }: Classified, expected: Classified): number {
  if (beats.length !== expected.beats.length) return Number.POSITIVE_INFINITY;
  const others = beats.filter(({ sample, class: name }, i) => {
    const other = expected.beats[i]!;
    return other.sample !== sample || other.class !== name;
  });
  return others.length / beats.length;
}

async function open(command: Command, errorOf: (found: Classified) => number): Promise<Contender> {
  const found = await classify(command);
  return {
    error: errorOf(found),
    facts: { beats: found.beats.length },
    sample: (iterations) =>
      timed(async () => {
        for (let i = 0; i < iterations; i++) await classify(command);
      }),
    close: () => {},
  };
}
