import type { ParameterValue, ParameterValues } from '@ecgpu/engine';

/** A tensor as a PyTorch state_dict has it. */
export interface ForeignTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * Our names for the beat network's tensors and PyTorch's. The GRU's two directions are separate tensors there and one
 * stacked tensor here; everything else has the same layout (conv [out, in, kernel], dense [out, in], gates r, z, n).
 */
const NAMES: Readonly<Record<string, readonly string[]>> = {
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
  'gru.inputWeight': ['g.weight_ih_l0', 'g.weight_ih_l0_reverse'],
  'gru.recurrentWeight': ['g.weight_hh_l0', 'g.weight_hh_l0_reverse'],
  'gru.inputBias': ['g.bias_ih_l0', 'g.bias_ih_l0_reverse'],
  'gru.recurrentBias': ['g.bias_hh_l0', 'g.bias_hh_l0_reverse'],
  'attention.weight': ['a1.weight'],
  'attention.bias': ['a1.bias'],
  'attention.query': ['a2.weight'],
  'dense.weight': ['d1.weight'],
  'dense.bias': ['d1.bias'],
  'output.weight': ['d2.weight'],
  'output.bias': ['d2.bias'],
};

/** Brings tensors in PyTorch's names into the shapes and names of `like` (initial values of our network). */
export function fromPyTorch(tensors: ReadonlyMap<string, ForeignTensor>, like: ParameterValues): ParameterValues {
  const values = new Map<string, ParameterValue>();
  for (const [name, { shape, values: own, buffer = false }] of like) {
    const sources = NAMES[name] ?? [];
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
