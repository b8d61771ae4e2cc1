import type { Node } from '../graph/node.js';
import { linearExtent } from '../ops/matmul/linear.js';
import { type MatmulAttributes, type MatmulExtent, matmulExtent } from '../ops/matmul/matmul.js';
import type { TunedKernel } from './variants.js';

/** Uses of one op that a variant is chosen for together, because one measurement speaks for them. */
export interface ShapeClass {
  readonly op: string;
  /** Whose variants are chosen, one after the other. */
  readonly kernels: readonly TunedKernel[];
  holds(node: Node): boolean;
}

const always = () => true;
const hidden = (node: Node) => node.inputs[1]!.shape.at(-1)!;
const gru = (op: 'gruRecurrence' | 'gruRecurrenceGradient', holds: ShapeClass['holds']): ShapeClass => ({
  op,
  kernels: ['gru'],
  holds,
});

/** Tiles of 32 × 32 outputs, above which a product keeps a device busy without being cut up. */
const MANY_TILES = 64;
/** Terms from which on a product's sums are cut up where tiles are few. */
const LONG_SUM = 512;
const tiles = ({ batch, m, n }: MatmulExtent) => batch * Math.ceil(m / 32) * Math.ceil(n / 32);
const product = ({ inputs: [a, b], attributes }: Node) => matmulExtent(a!, b!, attributes as MatmulAttributes);
const layer = ({ inputs: [x, weight] }: Node) => linearExtent(x!, weight!);

const classes = {
  'gru forward, hidden to 32': gru('gruRecurrence', (node) => hidden(node) <= 32),
  'gru forward, hidden 33 to 64': gru('gruRecurrence', (node) => hidden(node) > 32 && hidden(node) <= 64),
  'gru backward, hidden to 32': gru('gruRecurrenceGradient', (node) => hidden(node) <= 32),
  'gru backward, hidden 33 to 64': gru('gruRecurrenceGradient', (node) => hidden(node) > 32 && hidden(node) <= 64),
  'gru weight gradient': { op: 'gruWeightGradient', kernels: ['gru', 'long sums'], holds: always },
  'conv1d forward': { op: 'conv1d', kernels: ['conv1d'], holds: always },
  'conv1d input gradient': { op: 'conv1dInputGradient', kernels: ['conv1d'], holds: always },
  'conv1d weight gradient': {
    op: 'conv1dWeightGradient',
    kernels: ['conv1d weight gradient', 'long sums'],
    holds: always,
  },
  'matmul, 64 tiles or more': {
    op: 'matmul',
    kernels: ['matmul'],
    holds: (node) => tiles(product(node)) >= MANY_TILES,
  },
  'matmul, fewer tiles': {
    op: 'matmul',
    kernels: ['matmul', 'long sums'],
    holds: (node) => tiles(product(node)) < MANY_TILES,
  },
  'linear, 64 tiles or more': { op: 'linear', kernels: ['matmul'], holds: (node) => tiles(layer(node)) >= MANY_TILES },
  'linear, fewer tiles': {
    op: 'linear',
    kernels: ['matmul'],
    holds: (node) => tiles(layer(node)) < MANY_TILES && layer(node).k < LONG_SUM,
  },
  'linear, fewer tiles, long sums': {
    op: 'linear',
    kernels: ['matmul', 'long sums'],
    holds: (node) => tiles(layer(node)) < MANY_TILES && layer(node).k >= LONG_SUM,
  },
  'max pool': { op: 'maxPool1d', kernels: ['elementwise'], holds: always },
  'max pool gradient': { op: 'maxPool1dGradient', kernels: ['elementwise'], holds: always },
  'batch norm, inference': { op: 'batchNormInference', kernels: ['elementwise'], holds: always },
  'batch norm, training': { op: 'batchNormTraining', kernels: ['elementwise'], holds: always },
  'batch norm gradient': { op: 'batchNormGradient', kernels: ['elementwise'], holds: always },
} satisfies Readonly<Record<string, ShapeClass>>;

export type ShapeClassName = keyof typeof classes;

export const SHAPE_CLASSES: ReadonlyMap<string, ShapeClass> = new Map(Object.entries(classes));
