import type { Program } from '../compile/program.js';
import type { Device } from '../devices/device.js';
import type { Storage, TensorData } from '../graph/storage.js';
import type { Tensor } from '../graph/tensor.js';
import { activeGraph, type Outputs } from '../graph/trace.js';
import { caseValues, type OpCase } from './op-case.js';

export type CaseResults = Record<string, Float64Array>;

export interface CaseRun {
  readonly program: Program;
  /** Runs with these values and gives every output and state after it. */
  run(values?: Readonly<Record<string, Float64Array>>): Promise<CaseResults>;
  release(): void;
}

/** Compiles a case on a device; `extend` may add outputs (gradients) to what the case builds. */
export async function prepareCase(
  device: Device,
  opCase: OpCase,
  {
    guard = 0,
    extend,
  }: { guard?: number; extend?: (outputs: Outputs, tensors: Record<string, Tensor>) => Outputs } = {},
): Promise<CaseRun> {
  const inputTypes = Object.fromEntries(Object.entries(opCase.inputs).map(([name, { type }]) => [name, type]));
  const storages = new Map<string, Storage>();
  for (const [name, { type }] of Object.entries(opCase.state ?? {})) {
    const size = type.shape.reduce((product, length) => product * length, 1);
    storages.set(name, device.createStorage(type.dtype, size, name));
  }
  const program = await device.compile(
    inputTypes,
    (inputs) => {
      const graph = activeGraph('case');
      const tensors: Record<string, Tensor> = { ...inputs };
      for (const [name, storage] of storages) tensors[name] = graph.storage(storage, opCase.state![name]!.type);
      const outputs = opCase.build(tensors);
      return extend ? extend(outputs, tensors) : outputs;
    },
    { label: opCase.name, guard },
  );
  const defaults = {
    ...caseValues(opCase.inputs, opCase.seed ?? 1),
    ...caseValues(opCase.state ?? {}, (opCase.seed ?? 1) + 1000),
  };
  return {
    program: program as unknown as Program,
    async run(values = {}) {
      const all = { ...defaults, ...values };
      for (const [name, storage] of storages) storage.write(ofDtype(all[name]!, storage));
      const inputs = Object.fromEntries(Object.keys(opCase.inputs).map((name) => [name, all[name]!]));
      program.run(inputs as never, opCase.scalars);
      const results: CaseResults = {};
      for (const name of program.plan.outputs.keys()) results[name] = Float64Array.from(await program.readExact(name));
      for (const [name, storage] of storages) results[name] = Float64Array.from(await storage.read());
      return results;
    },
    release: () => program.release(),
  };
}

function ofDtype(values: Float64Array, { dtype }: Storage): TensorData {
  if (dtype === 'f32') return Float32Array.from(values);
  return dtype === 'i32' ? Int32Array.from(values) : Uint32Array.from(values);
}
