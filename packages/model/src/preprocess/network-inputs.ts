import { type InputContract, windowLength } from './contract.js';
import type { RecordBeats } from './record-beats.js';
import { usableBeats } from './signal-problems.js';

/** What the network is fed. */
export interface NetworkInputs {
  readonly count: number;
  /** [count, channels, window]. */
  readonly windows: Float32Array;
  /** [count, features]. */
  readonly features: Float32Array;
  /** For a contract that looks at two leads. */
  readonly second?: SecondLeadInputs;
}

/** The same beats in a second lead. */
export interface SecondLeadInputs {
  /** [count, channels, window]. */
  readonly windows: Float32Array;
  /** [count]: 1 where the lead can be used; where it cannot, its window is not to be looked at. */
  readonly present: Uint8Array;
}

/** The inputs for every beat of a record. */
export function networkInputs(record: RecordBeats, contract: InputContract): NetworkInputs {
  const { count, features, second } = record;
  const windowsOf = ({ beats, template, margin }: RecordBeats) =>
    networkWindows({ beats, templates: template, recordOf: () => 0, margin }, contract, 0, count);
  const windows = windowsOf(record);
  return {
    count,
    windows,
    features,
    ...(second ? { second: { windows: windowsOf(second), present: usableBeats(second.problems) } } : {}),
  };
}

/** Beats with margins, and the templates of the records they are from. */
export interface WideBeats {
  /** [beats, margin + window + margin]. */
  readonly beats: Float32Array;
  /** [records, margin + window + margin]. */
  readonly templates: Float32Array;
  readonly recordOf: (beat: number) => number;
  readonly margin: number;
}

/** Beats `from … to` without their margins, as the contract's channels: [beats, channels, window]. */
export function networkWindows(
  { beats, templates, recordOf, margin }: WideBeats,
  contract: InputContract,
  from: number,
  to: number,
): Float32Array {
  const length = windowLength(contract);
  const wide = length + 2 * margin;
  const { channels } = contract;
  const windows = new Float32Array((to - from) * channels.length * length);
  let at = 0;
  for (let b = from; b < to; b++) {
    const beat = b * wide + margin;
    const template = recordOf(b) * wide + margin;
    for (const channel of channels) {
      const share = channel === 'beat' ? 0 : 1;
      for (let i = 0; i < length; i++) windows[at++] = beats[beat + i]! - share * templates[template + i]!;
    }
  }
  return windows;
}
