import { initialise, type SafetensorsTensor } from '@ecgpu/engine';
import { type BeatModel, requireEncoder } from './beat-model.js';
import { type InputContract, windowLength } from './contract.js';
import { decodeModel, encodeModel, type Provenance, requireKind } from './model-file.js';
import { modelError } from './model-metadata.js';
import { BEAT_NETWORK, type BeatNetworkShape, beatNetworkParameters } from './network.js';
import { fromPyTorch, pytorchNames } from './pytorch-names.js';

/** What PyTorch keeps beside the numbers that are needed. */
const COUNTER = /(^|\.)num_batches_tracked$/;

/**
 * A beat model of weights that were trained in PyTorch. The network's widths follow from the tensors' shapes; what it
 * expects and means is not in them and must be given.
 *
 * @param tensors by the names of the state_dict that {@link pytorchNames} lists.
 * @throws EngineError `FORMAT` where a tensor is missing, too many or of another shape than the network's.
 */
export function importBeatModel(
  tensors: ReadonlyMap<string, SafetensorsTensor>,
  { contract, provenance }: { readonly contract: InputContract; readonly provenance: Provenance },
  where = 'weights',
): BeatModel {
  const shapeOf = (name: string, dimensions: number): readonly number[] => {
    const tensor = tensors.get(name);
    if (tensor?.shape.length === dimensions && tensor.values instanceof Float32Array) return tensor.shape;
    throw modelError(where, `'${name}' must be F32 of ${dimensions} dimensions, is ${described(tensor)}`);
  };
  const [first, second, third, fourth] = [1, 2, 3, 4].map((n) => shapeOf(`c${n}.weight`, 3));
  const shape: BeatNetworkShape = {
    channels: first![1]!,
    samples: windowLength(contract),
    features: contract.rhythm.features.length,
    filters: [first![0]!, second![0]!, third![0]!, fourth![0]!],
    hidden: shapeOf('g.weight_hh_l0', 2)[1]!,
    attention: shapeOf('a1.weight', 2)[0]!,
    dense: shapeOf('d1.weight', 2)[0]!,
    classes: shapeOf('d2.weight', 2)[0]!,
    dropout: BEAT_NETWORK.dropout,
  };
  requireEncoder(shape, contract, where);
  const needed = beatNetworkParameters(shape);
  const known = new Set(Object.keys(needed).flatMap((name) => pytorchNames[name] ?? []));
  const extra = [...tensors.keys()].filter((name) => !known.has(name) && !COUNTER.test(name));
  if (extra.length > 0) throw modelError(where, `has tensors the network does not: ${extra.slice(0, 5).join(', ')}`);
  try {
    const foreign = new Map(
      [...tensors].flatMap(([name, { shape: size, values }]) =>
        values instanceof Float32Array ? [[name, { shape: size, values }] as const] : [],
      ),
    );
    const values = fromPyTorch(foreign, initialise(needed, 0));
    // Read back, so that a model that could not be loaded is not written.
    const model: BeatModel = { kind: 'beat', shape, contract, values, provenance };
    return requireKind(decodeModel(encodeModel(model), where), 'beat', where);
  } catch (error) {
    if (error instanceof RangeError) throw modelError(where, `does not fit: ${error.message}`);
    throw error;
  }
}

function described(tensor: SafetensorsTensor | undefined): string {
  return tensor === undefined ? 'missing' : `${tensor.dtype} [${tensor.shape.join(', ')}]`;
}
