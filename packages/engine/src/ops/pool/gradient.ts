import { shapeError } from '../../errors.js';
import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { sameShape, showShape, type TensorType } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { ACTIVATION_CODES, type Activation, isNanSource } from '../activation/activation.js';
import { gradientRule } from '../gradient.js';
import argmaxWgsl from './argmax.wgsl';
import averageGradientWgsl from './average-gradient.wgsl';
import { type PoolAttributes, type PoolExtent, poolConstants, poolExtent, pooledShape, poolsQuads } from './extent.js';
import maxGradientWgsl from './max-gradient.wgsl';
import maxGradientApartWgsl from './max-gradient-apart.wgsl';
import windowWgsl from './window.wgsl';

const ofMax = { name: 'max pool gradient', source: isNanSource + windowWgsl + argmaxWgsl + maxGradientWgsl };
const ofMaxApart = {
  name: 'max pool gradient, windows apart',
  source: isNanSource + windowWgsl + argmaxWgsl + maxGradientApartWgsl,
};
const ofAverage = { name: 'average pool gradient', source: windowWgsl + averageGradientWgsl };

/** dy's windows in rows like those of x. */
function gradientExtent(op: string, dy: TensorType, x: TensorType, attributes: PoolAttributes): PoolExtent {
  const extent = poolExtent(op, x, attributes);
  const wanted = pooledShape(x.shape, extent);
  if (!sameShape(dy.shape, wanted)) {
    throw shapeError(op, `dy must be ${showShape(wanted)} for x ${showShape(x.shape)}, got ${showShape(dy.shape)}`);
  }
  return extent;
}

/** The variant `quads` can also go on through the activation whose result is x: x = f(z), and dx is then that of z. */
export interface PooledActivation {
  readonly through?: Activation;
}

/** Inputs dy and x. The maximum is found again in x: cheaper than keeping its place for windows this short. */
export const maxPool1dGradientOp = defineOp({
  name: 'maxPool1dGradient',
  infer([dy, x], attributes: PoolAttributes) {
    gradientExtent('maxPool1dGradient', dy!, x!, attributes);
    return [x!];
  },
  webgpu({ inputs: [dy, x], attributes, variants, input, output }) {
    const extent = gradientExtent('maxPool1dGradient', dy!, x!, attributes);
    const { rows, lengthIn, lengthOut, kernel, stride } = extent;
    if (variants['elementwise'] === 'quads' && poolsQuads(extent)) {
      const { through = 'none' } = attributes as PooledActivation;
      return [
        {
          kernel: {
            name: 'max pool gradient, quads',
            source: async () => (await import('./max-gradient-quads.js')).maxGradientQuadsSource,
          },
          constants: { ROWS: rows, LENGTH_IN: lengthIn, ACTIVATION: ACTIVATION_CODES[through] },
          bindings: [read(input(0)), read(input(1)), write(output(0))],
          workgroups: grid(Math.ceil((rows * lengthIn) / 256)),
          flops: rows * lengthIn,
        },
      ];
    }
    const apart = stride >= kernel;
    return [
      {
        kernel: apart ? ofMaxApart : ofMax,
        constants: poolConstants(extent),
        bindings: [read(input(0)), read(input(1)), write(output(0))],
        workgroups: grid(Math.ceil((rows * (apart ? lengthOut : lengthIn)) / 256)),
        flops: rows * kernel * (apart ? lengthOut : lengthIn * Math.ceil(kernel / stride)),
      },
    ];
  },
});

export interface AveragePoolGradientAttributes extends PoolAttributes {
  /** Length of x's rows: several lengths give the same number of windows. */
  readonly length: number;
}

/** The extent of the pooling that dy [batch, channels, windows] is the gradient of. */
export function averageGradientExtent(dy: TensorType, attributes: AveragePoolGradientAttributes): PoolExtent {
  const x: TensorType = { dtype: 'f32', shape: [...dy.shape.slice(0, -1), attributes.length] };
  return gradientExtent('averagePool1dGradient', dy, x, attributes);
}

export const averagePool1dGradientOp = defineOp({
  name: 'averagePool1dGradient',
  infer([dy], attributes: AveragePoolGradientAttributes) {
    const { lengthIn } = averageGradientExtent(dy!, attributes);
    return [{ dtype: 'f32', shape: [...dy!.shape.slice(0, -1), lengthIn] }];
  },
  webgpu({ inputs: [dy], attributes, input, output }) {
    const extent = averageGradientExtent(dy!, attributes);
    const count = extent.rows * extent.lengthIn;
    return [
      {
        kernel: ofAverage,
        constants: poolConstants(extent),
        bindings: [read(input(0)), write(output(0))],
        workgroups: grid(Math.ceil(count / 256)),
        flops: count * Math.ceil(extent.kernel / extent.stride),
      },
    ];
  },
});

export function maxPool1dGradient(dy: Tensor, x: Tensor, attributes: PoolAttributes): Tensor {
  return apply(maxPool1dGradientOp, [dy, x], attributes)[0]!;
}

export function averagePool1dGradient(dy: Tensor, attributes: AveragePoolGradientAttributes): Tensor {
  return apply(averagePool1dGradientOp, [dy], attributes)[0]!;
}

/** A window's gradient belongs to its maximum alone. */
export const maxPool1dRule = gradientRule<PoolAttributes>(({ inputs, attributes, outputGradients }) => [
  maxPool1dGradient(outputGradients[0]!, inputs[0]!, attributes),
]);

/** A window's gradient is shared out equally; what falls to the padding is lost. */
export const averagePool1dRule = gradientRule<PoolAttributes>(({ inputs, attributes, outputGradients }) => [
  averagePool1dGradient(outputGradients[0]!, { ...attributes, length: inputs[0]!.shape[2]! }),
]);
