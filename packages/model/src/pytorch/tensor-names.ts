import type { ParameterValue, ParameterValues } from '@ecgpu/engine';

/** A tensor as a PyTorch state_dict has it. */
export interface ForeignTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const recurrent = (ours: string, theirs: string): Readonly<Record<string, readonly string[]>> => ({
  [`${ours}.inputWeight`]: [`${theirs}.weight_ih_l0`, `${theirs}.weight_ih_l0_reverse`],
  [`${ours}.recurrentWeight`]: [`${theirs}.weight_hh_l0`, `${theirs}.weight_hh_l0_reverse`],
  [`${ours}.inputBias`]: [`${theirs}.bias_ih_l0`, `${theirs}.bias_ih_l0_reverse`],
  [`${ours}.recurrentBias`]: [`${theirs}.bias_hh_l0`, `${theirs}.bias_hh_l0_reverse`],
});

const dense = (ours: string, theirs: string): Readonly<Record<string, readonly string[]>> => ({
  [`${ours}.weight`]: [`${theirs}.weight`],
  [`${ours}.bias`]: [`${theirs}.bias`],
});

/**
 * Our names for the tensors of the beat and the sequence network, and PyTorch's. The GRU's two directions are separate tensors there and one
 * stacked tensor here; everything else has the same layout (conv [out, in, kernel], dense [out, in], gates r, z, n).
 */
export const pytorchNames: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    [1, 2, 3, 4].flatMap((n) => [
      [`conv${n}.weight`, [`c${n}.weight`]],
      [`conv${n}.bias`, [`c${n}.bias`]],
      [`norm${n}.weight`, [`b${n}.weight`]],
      [`norm${n}.bias`, [`b${n}.bias`]],
      [`norm${n}.runningMean`, [`b${n}.running_mean`]],
      [`norm${n}.runningVariance`, [`b${n}.running_var`]],
    ]),
  ),
  ...recurrent('gru', 'g'),
  ...dense('attention', 'a1'),
  'attention.query': ['a2.weight'],
  ...dense('dense', 'd1'),
  ...dense('output', 'd2'),
  ...dense('rhythm.dense', 'rp'),
  ...recurrent('rhythm.gru', 'rr'),
  ...dense('fibrillation', 'aux'),
  ...dense('join', 'p'),
  ...dense('beat', 'bh'),
  ...recurrent('sequence.gru', 'r'),
};

/**
 * Brings tensors in PyTorch's names into the shapes and names of `like` (initial values of our network).
 *
 * @throws RangeError where a tensor is missing or of another shape.
 */
export function fromPyTorch(tensors: ReadonlyMap<string, ForeignTensor>, like: ParameterValues): ParameterValues {
  const values = new Map<string, ParameterValue>();
  for (const [name, { shape, values: own, buffer = false }] of like) {
    const sources = pytorchNames[name] ?? [];
    const found = sources.map((source) => tensors.get(source));
    const missing = sources.filter((_, index) => found[index] === undefined);
    if (sources.length === 0 || missing.length > 0) {
      throw new RangeError(`${name}: the file has no ${missing.join(', ') || 'PyTorch counterpart'}`);
    }
    // Of a GRU each direction is one tensor, which ours are stacked of.
    const wanted = sources.length > 1 ? shape.slice(1) : shape;
    const joined = new Float32Array(own.length);
    for (const [index, tensor] of found.entries()) {
      const { shape: theirs, values: numbers } = tensor!;
      if (!isAlike(theirs, wanted) || numbers.length * sources.length !== own.length)
        throw new RangeError(`${name}: ${sources[index]} is [${theirs.join(', ')}], needed is [${wanted.join(', ')}]`);
      joined.set(numbers, index * numbers.length);
    }
    values.set(name, { shape, values: joined, buffer });
  }
  return values;
}

/** Axes of length 1 do not move a number: attention's query is a row in PyTorch. */
function isAlike(a: readonly number[], b: readonly number[]): boolean {
  const long = (shape: readonly number[]) => shape.filter((length) => length !== 1).join();
  return long(a) === long(b);
}
