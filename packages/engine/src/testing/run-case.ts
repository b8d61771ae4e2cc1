import type { Program } from '../compile/program.js';
import { schedule } from '../compile/schedule.js';
import { openCpuDevice } from '../devices/cpu/open.js';
import type { Device } from '../devices/device.js';
import { fuse } from '../devices/webgpu/fuse.js';
import type { KernelLimits, KernelVariants } from '../graph/lowering.js';
import type { Node } from '../graph/node.js';
import { elements } from '../graph/shape.js';
import { type Storage, TYPED_ARRAYS } from '../graph/storage.js';
import type { Tensor } from '../graph/tensor.js';
import { activeGraph, type Outputs, trace } from '../graph/trace.js';
import { caseValues, type OpCase } from './op-case.js';

export type CaseResults = Record<string, Float64Array>;

export interface CaseRun {
  readonly program: Program;
  /** Runs with these values and gives every output and state after it. */
  run(values?: Readonly<Record<string, Float64Array>>): Promise<CaseResults>;
  release(): void;
}

/** Adds outputs (gradients) to what a case builds. */
export type Extension = (outputs: Outputs, tensors: Record<string, Tensor>) => Outputs;

export interface CaseOptions {
  readonly guard?: number;
  readonly extend?: Extension | undefined;
  /** Instead of the device's own choice of kernel variants. */
  readonly variants?: KernelVariants | undefined;
}

/** Compiles a case on a device. */
export async function prepareCase(
  device: Device,
  opCase: OpCase,
  { guard = 0, extend, variants }: CaseOptions = {},
): Promise<CaseRun> {
  const { types, storages, build } = describeCase(device, opCase, extend);
  const options = { label: opCase.name, guard, ...(variants ? { variants } : {}) };
  const program = await device.compile(types, build, options);
  const defaults = {
    ...caseValues(opCase.inputs, opCase.seed ?? 1),
    ...caseValues(opCase.state ?? {}, (opCase.seed ?? 1) + 1000),
  };
  return {
    program: program as unknown as Program,
    async run(values = {}) {
      const all = { ...defaults, ...values };
      for (const [name, storage] of storages) storage.write(TYPED_ARRAYS[storage.dtype].from(all[name]!));
      const inputs = Object.fromEntries(Object.keys(opCase.inputs).map((name) => [name, all[name]!]));
      program.run(inputs as never, opCase.scalars);
      const results: CaseResults = {};
      for (const name of program.plan.outputs.keys()) results[name] = Float64Array.from(await program.readExact(name));
      for (const [name, storage] of storages) results[name] = Float64Array.from(await storage.read());
      return results;
    },
    release() {
      program.release();
      for (const storage of storages.values()) storage.release();
    },
  };
}

/** The nodes of a case in the order they run, on no device. */
export function nodesOfCase(opCase: OpCase, extend?: Extension): readonly Node[] {
  const { types, build } = describeCase(openCpuDevice(), opCase, extend);
  return schedule(trace(types, build));
}

/** The nodes that a WebGPU device dispatches for a case, neighbours in one dispatch put together. */
export function fusedNodesOfCase(
  opCase: OpCase,
  { limits, variants, extend }: { limits: KernelLimits; variants: KernelVariants; extend?: Extension | undefined },
): readonly Node[] {
  const { types, build } = describeCase(openCpuDevice(), opCase, extend);
  const traced = trace(types, build);
  fuse(traced, limits, () => variants);
  return schedule(traced);
}

function describeCase(device: Device, { inputs, state = {}, build }: OpCase, extend?: Extension) {
  const storages = new Map<string, Storage>();
  for (const [name, { type }] of Object.entries(state)) {
    storages.set(name, device.createStorage(type.dtype, elements(type.shape), name));
  }
  return {
    types: Object.fromEntries(Object.entries(inputs).map(([name, { type }]) => [name, type])),
    storages,
    build(given: Readonly<Record<string, Tensor>>): Outputs {
      const graph = activeGraph('case');
      const tensors: Record<string, Tensor> = { ...given };
      for (const [name, storage] of storages) tensors[name] = graph.storage(storage, state[name]!.type);
      const outputs = build(tensors);
      return extend ? extend(outputs, tensors) : outputs;
    },
  };
}
