import { encodingLength } from '../network/beat-encoder.js';
import { joinLeads } from '../network/lead-vectors.js';
import type { BeatInputs } from './beat-classifier.js';
import type { EncoderProgram } from './encoder-program.js';
import type { SequenceParts } from './sequence-parts.js';

/** What stands for each beat of a record: [count, encoding], of as many leads as the network takes. */
export async function encodeLeads(
  program: EncoderProgram,
  { encoder, sequence }: Pick<SequenceParts, 'encoder' | 'sequence'>,
  { count, windows, second }: Pick<BeatInputs, 'count' | 'windows' | 'second'>,
  onProgress?: (done: number, total: number) => void,
): Promise<Float32Array> {
  const row = encoder.shape.channels * encoder.shape.samples;
  const length = encodingLength(encoder.shape);
  const leads = sequence.shape.encoding === length ? 1 : 2;
  const total = count * (second && leads === 2 ? 2 : 1);
  const encode = (lead: Float32Array, before: number) =>
    program.encode(
      count,
      (window, from, to) => window.set(lead.subarray(from * row, to * row)),
      (done) => onProgress?.(before + done, total),
    );
  const first = await encode(windows, 0);
  if (leads === 1) return first;
  return second
    ? joinLeads(first, await encode(second.windows, count), second.present, length)
    : joinLeads(first, first, new Uint8Array(count), length);
}
