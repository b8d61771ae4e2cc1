import { readFile } from 'node:fs/promises';
import type { BeatBatch } from '@ecgpu/model';
import * as ort from 'onnxruntime-node';
import { NETWORK } from '../beats.js';
import { type Entry, relativeError, timed } from '../measurement/contender.js';

export function onnxruntimeNode(
  model: string,
  { window, rhythm, label }: BeatBatch,
  threads: number,
  expected: ArrayLike<number>,
): Entry {
  const open = async () => {
    const session = await ort.InferenceSession.create(await readFile(model), {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
    });
    const { channels, samples, features } = NETWORK;
    const infer = async () => {
      const { logits } = await session.run({
        window: new ort.Tensor('float32', window, [label.length, channels, samples]),
        rhythm: new ort.Tensor('float32', rhythm, [label.length, features]),
      });
      return logits!.data as Float32Array;
    };
    return {
      error: relativeError(await infer(), expected),
      sample: (iterations: number) =>
        timed(async () => {
          for (let i = 0; i < iterations; i++) await infer();
        }),
      close: () => session.release(),
    };
  };
  return { name: `onnxruntime-node, ${threads} ${threads === 1 ? 'thread' : 'threads'}`, open };
}
