import { openWebGpuDevice, Parameters, scale } from '@ecgpu/engine';
import { nodeGpu } from '@ecgpu/engine/node';
import type { Beats } from '../beats.js';
import { type Contender, type Entry, relativeError } from '../measurement/contender.js';
import { waitedForCore } from '../measurement/core-wait.js';
import { RawWebGpu } from '../naive/raw-webgpu.js';
import scaleWgsl from '../naive/scale.wgsl';
import { compileStep, firstLosses, WEBGPU, withControl } from '../peers/ecgpu.js';
import type { PreparedGroup } from './group.js';

const DISPATCHES = 256;
const LENGTH = 64;
const FACTOR = 1.001;
/** On a software adapter the dispatches themselves take ten times as long as the host needs for them. */
const SAMPLE_MILLISECONDS = 10;

const start = Float32Array.from({ length: LENGTH }, (_, i) => i + 1);
const expected = start.map((value) => value * FACTOR ** DISPATCHES);

/** Turns of a sample, of which the shortest counts. */
const TURNS = 5;
const HOST_TIME = `only the host's time until they are queued, less what its thread waited for a core, shortest of ${TURNS} turns`;

/**
 * Host time of `queue`, which must not wait; what it queued is done before the next turn begins. A software adapter's own
 * threads start on what was queued while the host is still queueing, and take the cores from it for milliseconds at a
 * time: that is the adapter's work, so what the host waited for a core is taken off, where the system counts it, and of several
 * turns the shortest is taken, for every row alike. Reading the count lies within the time, so that nothing is taken off which is
 * not in it; it adds some 10 µs to a turn.
 */
async function hostTime(iterations: number, queue: () => void, settle: () => Promise<unknown>): Promise<number> {
  let milliseconds = 0;
  for (let i = 0; i < iterations; i++) {
    let least = Number.POSITIVE_INFINITY;
    for (let turn = 0; turn < TURNS; turn++) {
      const start = performance.now();
      const waited = waitedForCore();
      queue();
      const waiting = waitedForCore() - waited;
      least = Math.min(least, performance.now() - start - waiting);
      await settle();
    }
    milliseconds += least;
  }
  return milliseconds;
}

/** What one dispatch of a tiny kernel costs the host, in a program's replay and one by one. */
export function dispatchGroup(): PreparedGroup {
  return {
    group: {
      name: 'host cost of a dispatch',
      what:
        `${DISPATCHES} dispatches of ${LENGTH} elements, ${HOST_TIME}; computing op by op, sizes and factors new with ` +
        'each, takes what the last row does, or the one before it where outputs come from a pool',
      parts: DISPATCHES,
      sampleMilliseconds: SAMPLE_MILLISECONDS,
      tolerance: 1e-4,
      reference: 'ecgpu replay',
      entries: [
        ...withControl({ name: 'ecgpu replay', open: openReplay }),
        { name: 'replay written by hand', open: openReplayByHand },
        oneByOne('one submit an op, bind groups kept', 'nothing'),
        oneByOne('one submit an op, new uniform and bind group each', 'bindings'),
        oneByOne('one submit an op, and a new output buffer each', 'output'),
      ],
    },
    remove: () => {},
  };
}

async function openReplay(): Promise<Contender> {
  // Not by the entry for Node, which sleeps while it waits for a software adapter: 2.9 µs a dispatch after that, 2.5 without,
  // and neither the rows by hand nor a GPU's users sleep so.
  const device = await openWebGpuDevice(await nodeGpu());
  const parameters = new Parameters(device, new Map([['x', { shape: [LENGTH], values: start }]]));
  const program = await device.compile({}, () => {
    let y = parameters.get('x');
    for (let i = 0; i < DISPATCHES; i++) y = scale(y, FACTOR);
    return { y };
  });
  program.run({});
  const { dispatches } = program.stats();
  if (dispatches !== DISPATCHES) throw new Error(`the program has ${dispatches} dispatches, not ${DISPATCHES}`);
  return {
    error: relativeError(await program.read('y'), expected),
    sample: (iterations) =>
      hostTime(
        iterations,
        () => program.run({}),
        () => program.read('y'),
      ),
    close: () => device.close(),
  };
}

/** What the engine's replay does, in as few calls as WebGPU allows: what remains is the runtime's and the driver's. */
async function openReplayByHand(): Promise<Contender> {
  const gpu = await RawWebGpu.open();
  const { device } = gpu;
  const pipeline = await gpu.pipeline(scaleWgsl);
  const [a, b] = [gpu.buffer(start), gpu.buffer(new Float32Array(LENGTH))];
  const factor = gpu.uniform(Float32Array.of(FACTOR));
  const groups = [gpu.bindGroup(pipeline, [a, b, factor]), gpu.bindGroup(pipeline, [b, a, factor])] as const;
  const queue = () => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    for (let i = 0; i < DISPATCHES; i += 2) {
      pass.setBindGroup(0, groups[0]);
      pass.dispatchWorkgroups(1);
      pass.setBindGroup(0, groups[1]);
      pass.dispatchWorkgroups(1);
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
  };
  queue();
  return {
    error: relativeError(await gpu.read(a), expected),
    sample: (iterations) => hostTime(iterations, queue, () => gpu.settle(a)),
    close: () => device.destroy(),
  };
}

/**
 * The same dispatches as a library makes them that computes op by op, a submit each. Its sizes and factors come from the
 * caller at every op, so it writes a uniform and binds it (`bindings`); and an op's result is a tensor of its own, so
 * unless it has a pool of buffers it makes one (`output`). `nothing` leaves both out, to tell what the submits alone cost.
 */
function oneByOne(name: string, made: 'nothing' | 'bindings' | 'output'): Entry {
  const open = async (): Promise<Contender> => {
    const gpu = await RawWebGpu.open();
    const pipeline = await gpu.pipeline(scaleWgsl);
    const buffers = [gpu.buffer(start), gpu.buffer(new Float32Array(LENGTH))] as const;
    const factor = Float32Array.of(FACTOR);
    const kept = gpu.uniform(factor);
    const bind = (from: GPUBuffer, to: GPUBuffer, uniform: GPUBuffer) => gpu.bindGroup(pipeline, [from, to, uniform]);
    const keptGroups = [bind(buffers[0], buffers[1], kept), bind(buffers[1], buffers[0], kept)];
    const anew: GPUBuffer[] = [];
    const keep = (buffer: GPUBuffer): GPUBuffer => {
      anew.push(buffer);
      return buffer;
    };
    /** The buffer that holds the result. */
    const queue = (): GPUBuffer => {
      let from = buffers[0];
      for (let i = 0; i < DISPATCHES; i++) {
        const to = made === 'output' ? keep(gpu.emptyBuffer(start.byteLength)) : buffers[(i + 1) % 2]!;
        const group = made === 'nothing' ? keptGroups[i % 2]! : bind(from, to, keep(gpu.uniform(factor)));
        gpu.dispatch(pipeline, group, [1, 1, 1]);
        from = to;
      }
      return from;
    };
    let last = queue();
    return {
      error: relativeError(await gpu.read(last), expected),
      sample: (iterations) =>
        hostTime(
          iterations,
          () => {
            last = queue();
          },
          async () => {
            await gpu.settle(last);
            for (const buffer of anew.splice(0)) buffer.destroy();
          },
        ),
      close: () => gpu.device.destroy(),
    };
  };
  return { name, open };
}

/** What a whole training step costs the host: writing its inputs and encoding its dispatches. */
export async function stepHostGroup(beats: Beats, size: number): Promise<PreparedGroup> {
  const batch = beats.batch(size);
  const open = async (): Promise<Contender> => {
    const device = await WEBGPU.open();
    const step = await compileStep(device, beats.values, size, 'plain');
    const losses = await firstLosses(step, batch);
    let steps = losses.length;
    return {
      error: losses.every(Number.isFinite) ? 0 : Number.POSITIVE_INFINITY,
      sample: (iterations) =>
        hostTime(
          iterations,
          () => step.program.run({ ...batch }, step.scalars(++steps)),
          () => step.program.readScalar('loss'),
        ),
      close: () => device.close(),
    };
  };
  const parts = await countDispatches(beats, size);
  return {
    group: {
      name: `host cost of a training step, batch ${size}`,
      what: `run() of the step's ${parts} dispatches, ${HOST_TIME}`,
      parts,
      sampleMilliseconds: SAMPLE_MILLISECONDS,
      tolerance: 0,
      reference: WEBGPU.name,
      entries: withControl({ name: WEBGPU.name, open }),
    },
    remove: () => {},
  };
}

async function countDispatches(beats: Beats, size: number): Promise<number> {
  const device = await WEBGPU.open();
  const { program } = await compileStep(device, beats.values, size, 'plain');
  const { dispatches } = program.stats();
  device.close();
  return dispatches;
}
