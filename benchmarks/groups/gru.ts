import { gru } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { OWN_DEVICES, type OwnDevice, WEBGPU, withControl } from '../peers/ecgpu.js';
import { expectedOf, kernelEntry, type OwnKernel } from '../peers/ecgpu-kernel.js';
import type { PreparedGroup } from './group.js';
import { normals } from './matmul.js';

const [STEPS, WIDTH, HIDDEN] = [20, 64, 32];

/** Where the recurrent weights lie is the WebGPU kernel's variant; `storage` is the naive one. */
const placed = (placement: string): OwnDevice => ({
  name: `${WEBGPU.name}, weights in ${placement}`,
  open: () => openDevice({ kind: 'webgpu', variants: { gru: placement } }),
});

/** The network's bidirectional GRU, forward, all steps. */
export async function gruGroup(batch: number): Promise<PreparedGroup> {
  const small = (seed: number, shape: readonly number[]) => {
    const { values } = normals(seed, shape);
    return { shape, values: values.map((value) => value / 8) };
  };
  const rows = 3 * HIDDEN;
  const kernel: OwnKernel = {
    operands: new Map(
      Object.entries({
        x: normals(1, [batch, STEPS, WIDTH]),
        inputWeight: small(2, [2, rows, WIDTH]),
        recurrentWeight: small(3, [2, rows, HIDDEN]),
        inputBias: small(4, [2, rows]),
        recurrentBias: small(5, [2, rows]),
      }),
    ),
    build: (operand) =>
      gru(operand('x'), {
        inputWeight: operand('inputWeight'),
        recurrentWeight: operand('recurrentWeight'),
        inputBias: operand('inputBias'),
        recurrentBias: operand('recurrentBias'),
      }),
  };
  const expected = await expectedOf(kernel);
  const own = OWN_DEVICES.map((device) => kernelEntry(device, kernel, expected));
  return {
    group: {
      name: 'GRU forward',
      what: `[${batch}, ${STEPS}, ${WIDTH}] → two directions of ${HIDDEN} units, input projection included`,
      flops: 2 * batch * STEPS * 2 * rows * (WIDTH + HIDDEN),
      tolerance: 1e-5,
      reference: WEBGPU.name,
      entries: [
        ...withControl(own[0]!),
        ...['workgroup', 'storage'].map((placement) => kernelEntry(placed(placement), kernel, expected)),
        ...own.slice(1),
      ],
    },
    remove: () => {},
  };
}
