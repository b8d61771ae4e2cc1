import { describe, expect, it } from 'vitest';
import { openCpuDevice } from '../../devices/cpu/open.js';
import { f32 } from '../../graph/shape.js';
import { dropout } from './dropout.js';

const COUNT = 20_000;
const PROBABILITY = 0.3;

/** Which of COUNT ones two uses of dropout keep. */
async function masks(scalars: { seed: number; step: number }): Promise<[first: boolean[], second: boolean[]]> {
  const program = await openCpuDevice().compile({ x: f32(COUNT) }, ({ x }) => ({
    first: dropout(x, { probability: PROBABILITY }),
    second: dropout(x, { probability: PROBABILITY }),
  }));
  program.run({ x: new Float32Array(COUNT).fill(1) }, scalars);
  const [first, second] = [await program.read('first'), await program.read('second')];
  return [Array.from(first, (y) => y !== 0), Array.from(second, (y) => y !== 0)];
}

/** Share of places where two masks differ: 2·p·(1 − p) for independent ones. */
const difference = (a: boolean[], b: boolean[]) => a.filter((kept, i) => kept !== b[i]).length / COUNT;
const INDEPENDENT = 2 * PROBABILITY * (1 - PROBABILITY);
/** Five standard errors of a share. */
const margin = (share: number) => 5 * Math.sqrt((share * (1 - share)) / COUNT);

describe('dropout', () => {
  it('drops with the probability asked for', async () => {
    const [first] = await masks({ seed: 1, step: 0 });
    const dropped = first.filter((kept) => !kept).length / COUNT;
    expect(Math.abs(dropped - PROBABILITY)).toBeLessThan(margin(PROBABILITY));
  });

  it('draws the same mask for the same seed and step', async () => {
    expect(await masks({ seed: 7, step: 3 })).toEqual(await masks({ seed: 7, step: 3 }));
  });

  it('draws independent masks for other steps, other seeds and other uses', async () => {
    const [first, second] = await masks({ seed: 1, step: 0 });
    const [otherStep] = await masks({ seed: 1, step: 1 });
    const [otherSeed] = await masks({ seed: 2, step: 0 });
    for (const other of [second, otherStep, otherSeed]) {
      expect(Math.abs(difference(first, other) - INDEPENDENT)).toBeLessThan(margin(INDEPENDENT));
    }
  });

  it('refuses a probability that leaves nothing or is none', async () => {
    for (const probability of [1, -0.1, Number.NaN]) {
      const compiled = openCpuDevice().compile({ x: f32(3) }, ({ x }) => ({ y: dropout(x, { probability }) }));
      await expect(compiled).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', where: 'dropout' });
    }
  });
});
