import { elements, type Shape } from '../graph/shape.js';
import type { Storage } from '../graph/storage.js';
import type { Tensor } from '../graph/tensor.js';
import { activeGraph, scalar } from '../graph/trace.js';
import { flat, type Parameters } from '../nn/parameters.js';
import { adamwUpdate } from '../ops/adamw/adamw.js';
import { movingAverage } from '../ops/moving-average/moving-average.js';
import { sgdUpdate } from '../ops/sgd/sgd.js';
import { globalNorm } from './gradients.js';

interface OptimiserOptions {
  /** Factor on the weight decay for each parameter; default 1 for matrices and kernels, 0 for biases and scales. */
  readonly decayOf?: (name: string, shape: Shape) => number;
  /** Factor on the learning rate for each parameter; 0 freezes it. Default 1. */
  readonly rateOf?: (name: string, shape: Shape) => number;
  /** The gradient is scaled down to this global norm. Default: no clipping. */
  readonly maxNorm?: number;
}

export interface AdamwOptions extends OptimiserOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
}

export interface SgdOptions extends OptimiserOptions {
  readonly momentum?: number;
  readonly weightDecay?: number;
}

const decayMatricesOnly = (_name: string, shape: Shape) => (shape.length > 1 ? 1 : 0);

/**
 * Appends one AdamW step on the flat gradient; moments are companions of the parameters. Each run needs the scalars
 * `learningRate` and `step` (1 in the first step). Gives the new flat weights.
 */
export function adamw(parameters: Parameters, gradient: Tensor, options: AdamwOptions = {}): Tensor {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, maxNorm = Number.POSITIVE_INFINITY } = options;
  return adamwUpdate(
    {
      weights: parameters.flatWeights(),
      gradient,
      firstMoment: flat(parameters.companion('adamw.first')),
      secondMoment: flat(parameters.companion('adamw.second')),
      control: control(parameters, options),
      learningRate: scalar('learningRate'),
      step: scalar('step', 'u32'),
      norm: globalNorm(gradient),
    },
    { beta1, beta2, epsilon, weightDecay, maxNorm },
  );
}

/**
 * Appends one step of SGD with momentum on the flat gradient. Each run needs the scalar `learningRate`. Gives the new
 * flat weights.
 */
export function sgd(parameters: Parameters, gradient: Tensor, options: SgdOptions = {}): Tensor {
  const { momentum = 0, weightDecay = 0, maxNorm = Number.POSITIVE_INFINITY } = options;
  return sgdUpdate(
    {
      weights: parameters.flatWeights(),
      gradient,
      velocity: flat(parameters.companion('sgd.velocity')),
      control: control(parameters, options),
      learningRate: scalar('learningRate'),
      norm: globalNorm(gradient),
    },
    { momentum, weightDecay, maxNorm },
  );
}

/** Companions that hold the average of the weights and of the buffers. */
const AVERAGE = { weights: 'average.weights', buffers: 'average.buffers' } as const;

/**
 * Appends an exponential moving average of weights and buffers as the trace has left them, so call it after the
 * optimiser. Each run needs the scalar `averageDecay`. Read it with `parameters.read(averageOf(parameters))`.
 */
export function averageParameters(parameters: Parameters): Tensor {
  const decay = scalar('averageDecay');
  movingAverage(flat(parameters.companion(AVERAGE.buffers, 'buffers')), parameters.flatBuffers(), decay);
  return movingAverage(flat(parameters.companion(AVERAGE.weights)), parameters.flatWeights(), decay);
}

/** Where the average of weights and buffers lies, for `parameters.read`; made, and zero, where none was kept. */
export function averageOf(parameters: Parameters): { weights: Storage; buffers: Storage } {
  return {
    weights: parameters.companion(AVERAGE.weights),
    buffers: parameters.companion(AVERAGE.buffers, 'buffers'),
  };
}

/** [n, 2] on the device: for each weight the factors on learning rate and decay. */
function control(parameters: Parameters, { decayOf = decayMatricesOnly, rateOf = () => 1 }: OptimiserOptions): Tensor {
  const { length } = parameters.weights;
  const storage = parameters.keep(2 * length, 'optimiser control');
  const values = new Float32Array(2 * length);
  for (const name of parameters.names) {
    const shape = parameters.shapeOf(name);
    const [rate, decay] = [rateOf(name, shape), decayOf(name, shape)];
    const from = parameters.offsetOf(name);
    for (let i = from; i < from + elements(shape); i++) values.set([rate, decay], 2 * i);
  }
  storage.write(values);
  return activeGraph('control').storage(storage, { dtype: 'f32', shape: [length, 2] });
}
