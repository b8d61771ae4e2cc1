import * as tf from '@tensorflow/tfjs-core';
import { type Entry, relativeError, timed } from '../measurement/contender.js';
import { onTfjs, openTfjs, TFJS_NAMES, type TfjsBackend } from './tfjs.js';

export interface TfjsKernel<T extends tf.Tensor> {
  /** Called once, on the backend. */
  readonly operands: () => readonly T[];
  readonly run: (operands: readonly T[]) => tf.Tensor;
  /** Brings the result into our layout, where theirs is another; not timed. */
  readonly arrange?: (result: tf.Tensor) => tf.Tensor;
}

export function tfjsKernel<T extends tf.Tensor>(
  backend: TfjsBackend,
  { operands, run, arrange = (result) => result }: TfjsKernel<T>,
  expected: Float32Array,
): Entry {
  const open = async () => {
    await openTfjs(backend);
    await tf.setBackend(backend);
    const given = tf.tidy(() => [...operands()]);
    return {
      error: relativeError(await onTfjs(backend, () => arrange(run(given))), expected),
      sample: (iterations: number) =>
        timed(async () => {
          await tf.setBackend(backend);
          for (let i = 1; i < iterations; i++) tf.tidy(() => run(given)).dispose();
          // One number is read back, which waits for all that was queued before.
          await onTfjs(backend, () => {
            const result = run(given);
            const origin = result.shape.map(() => 0);
            return tf.slice(
              result,
              origin,
              origin.map(() => 1),
            );
          });
        }),
      close: () => tf.dispose(given),
    };
  };
  return { name: TFJS_NAMES[backend], open, ...(backend === 'wasm' ? { simdThreads: 1 } : {}) };
}
