import type { ParameterValue } from '@ecgpu/engine';
import { blockUntilReady, type Array as JaxArray, jit, numpy as np } from '@jax-js/jax';
import { type Entry, relativeError, timed } from '../measurement/contender.js';
import { JAX_NAMES, type JaxBackend, openJax } from './jax.js';

/** `run` is given the operands in the order they have here, and uses each up. */
export function jaxKernel(
  backend: JaxBackend,
  operands: readonly ParameterValue[],
  run: (...operands: JaxArray[]) => JaxArray,
  expected: Float32Array,
): Entry {
  const open = async () => {
    await openJax(backend);
    const given = operands.map(({ values, shape }) => np.array(values.slice(), { shape: [...shape] }));
    const compiled = jit(run);
    const once = () => compiled(...given.map((each) => each.ref)) as JaxArray;
    return {
      error: relativeError((await once().data()) as Float32Array, expected),
      sample: async (iterations: number) => {
        await openJax(backend);
        return timed(async () => {
          // Work whose result is dropped is not done there, so all results are kept until they are ready.
          const results = await blockUntilReady(Array.from({ length: iterations }, once));
          for (const result of results) result.dispose();
        });
      },
      close: () => {
        compiled.dispose();
        for (const each of given) each.dispose();
      },
    };
  };
  return { name: JAX_NAMES[backend], open };
}
