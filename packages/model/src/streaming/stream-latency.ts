import { BeatStream } from '@ecgpu/ecg-dsp/streaming';
import type { InputContract } from '../preprocess/contract.js';
import type { ClassifierSource } from '../record-classifier.js';
import { callingFollowing } from './stream-caller.js';
import { streamContract } from './stream-contract.js';

/**
 * When a beat is handed out at the latest: `seconds` after the R peak of the beat that is `beats` after it. A gap in the signal adds
 * a second.
 */
export interface StreamLatency {
  readonly beats: number;
  readonly seconds: number;
  /** For a model of single beats: where no beat follows for so many seconds, they and `seconds` more are the latest. Windows of beats wait. */
  readonly pause?: number;
}

/**
 * What a stream of a model declares.
 *
 * @param fs samples per second; the rate has little influence.
 * @throws EcgError `FS_INVALID`, `FS_TOO_LOW`
 */
export function streamLatency(
  { shape, contract }: Pick<ClassifierSource, 'shape'> & { readonly contract: InputContract },
  fs = 360,
): StreamLatency {
  const { running, window } = streamContract(contract);
  const settled = running.settling + (window.after + 1) / contract.fs;
  return {
    beats: running.following + callingFollowing(shape),
    seconds: Math.max(new BeatStream(fs).latency / fs, settled),
    ...('beats' in shape ? {} : { pause: running.pause }),
  };
}
