import { EngineError, shapeError } from '../../errors.js';
import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { elements, showShape } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { requireDtype } from '../require.js';
import gatherWgsl from './gather.wgsl';

const kernel = { name: 'gather', source: gatherWgsl };

/** What a row is made of whose index is no row: a quiet NaN, or −1 (both as bits). */
const FILL_BITS = { f32: 0x7fc0_0000, i32: 0xffff_ffff } as const;

export const gatherOp = defineOp({
  name: 'gather',
  infer([table, index], _attributes: object) {
    requireDtype('gatherRows', index!, 'i32');
    if (table!.dtype === 'u32') {
      throw new EngineError('DTYPE_MISMATCH', 'gatherRows: the table must be f32 or i32, got u32', {
        where: 'gatherRows',
      });
    }
    if (table!.shape.length < 1 || index!.shape.length !== 1) {
      throw shapeError(
        'gatherRows',
        `needs table [rows, …] and index [n]; got ${showShape(table!.shape)} and ${showShape(index!.shape)}`,
      );
    }
    return [{ dtype: table!.dtype, shape: [index!.shape[0]!, ...table!.shape.slice(1)] }];
  },
  webgpu({ inputs: [table], outputs: [y], input, output }) {
    const COUNT = elements(y!.shape);
    return [
      {
        kernel,
        constants: {
          COUNT,
          ROWS: table!.shape[0]!,
          WIDTH: elements(table!.shape.slice(1)),
          FILL: FILL_BITS[table!.dtype === 'i32' ? 'i32' : 'f32'],
        },
        bindings: [read(input(0)), read(input(1)), write(output(0))],
        workgroups: grid(Math.ceil(COUNT / 256)),
      },
    ];
  },
});

/**
 * Rows of a table by number: table [rows, …] f32 or i32, index [n] i32 → [n, …]. An index below 0 or beyond the last row
 * gives NaN throughout (−1 for i32), never another row. Throws SHAPE_MISMATCH or DTYPE_MISMATCH.
 */
export function gatherRows(table: Tensor, index: Tensor): Tensor {
  return apply(gatherOp, [table, index], {})[0]!;
}
