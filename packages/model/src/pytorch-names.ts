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

/** Brings tensors in PyTorch's names into the shapes and names of `like` (initial values of our network). */
export function fromPyTorch(tensors: ReadonlyMap<string, ForeignTensor>, like: ParameterValues): ParameterValues {
  const values = new Map<string, ParameterValue>();
  for (const [name, { shape, values: own, buffer = false }] of like) {
    const sources = pytorchNames[name] ?? [];
    const found = sources.map((source) => tensors.get(source));
    const missing = sources.filter((_, index) => found[index] === undefined);
    if (sources.length === 0 || missing.length > 0) {
      throw new RangeError(`${name}: the file has no ${missing.join(', ') || 'PyTorch counterpart'}`);
    }
    const joined = new Float32Array(own.length);
    let at = 0;
    for (const tensor of found) {
      if (at + tensor!.values.length > own.length)
        throw new RangeError(`${name}: ${sources.join(' + ')} are too large`);
      joined.set(tensor!.values, at);
      at += tensor!.values.length;
    }
    if (at !== own.length)
      throw new RangeError(`${name}: ${sources.join(' + ')} have ${at} values, needed are ${own.length}`);
    values.set(name, { shape, values: joined, buffer });
  }
  return values;
}
