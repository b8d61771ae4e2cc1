import { describe, expect, it, type TestContext } from 'vitest';
import type { WebGpuDevice } from '../src/devices/webgpu/device.js';
import { read, write } from '../src/graph/lowering.js';
import { defineOp } from '../src/graph/node.js';
import { apply } from '../src/graph/trace.js';
import { f32, Parameters, relu } from '../src/index.js';
import { movingAverage } from '../src/ops/moving-average/moving-average.js';
import { gpuForTests } from '../src/testing/gpu-for-tests.js';
import { checkpointOf, restore, smallTraining, weightBits } from './small-network.js';

async function openGpu(context: TestContext): Promise<WebGpuDevice> {
  const device = await gpuForTests();
  return (device as WebGpuDevice | undefined) ?? context.skip('no WebGPU adapter on this machine');
}

const error = (code: string) => expect.objectContaining({ name: 'EngineError', code });

const brokenOp = (source: string, workgroups: [number, number, number] = [1, 1, 1], requires = {}) =>
  defineOp({
    name: 'broken',
    infer: ([x]) => [x!],
    webgpu: ({ input, output }) => [
      {
        kernel: { name: 'broken', source },
        constants: { COUNT: 4 },
        bindings: [read(input(0)), write(output(0))],
        workgroups,
        requires,
      },
    ],
  });

describe('faults of a GPU', () => {
  it('a lost device rejects what is pending, refuses new work, and another goes on from the last checkpoint', async (context) => {
    const uninterrupted = await smallTraining(await openGpu(context));
    for (let n = 0; n < 20; n++) uninterrupted.step(n);

    const lost = await openGpu(context);
    const training = await smallTraining(lost);
    for (let n = 0; n < 10; n++) training.step(n);
    const checkpoint = await checkpointOf(training);
    training.step(10);
    const pending = training.program.read('loss');
    lost.gpu.destroy();
    await expect(pending).rejects.toThrow(error('DEVICE_LOST'));
    expect(await lost.lost).not.toBe('');
    expect(lost.state).toBe('lost');
    expect(() => training.step(11)).toThrow(error('DEVICE_LOST'));
    await expect(training.parameters.weights.read()).rejects.toThrow(error('DEVICE_LOST'));

    const resumed = await smallTraining(await openGpu(context));
    restore(resumed, checkpoint);
    for (let n = 10; n < 20; n++) resumed.step(n);
    expect(await weightBits(resumed)).toEqual(await weightBits(uninterrupted));
  });

  it.for([
    ['lost', 'at once'],
    ['lost', 'while kernels are compiled'],
    ['closed', 'at once'],
    ['closed', 'while kernels are compiled'],
  ] as const)('a compilation whose device is %s %s rejects', async ([how, when], context) => {
    const device = await openGpu(context);
    const leave = () => (how === 'closed' ? device.close() : device.gpu.destroy());
    const compiling = device.compile({ x: f32(4) }, ({ x }) => ({ y: relu(x) }), {
      onProgress: () => {
        if (when !== 'at once') leave();
      },
    });
    if (when === 'at once') leave();
    await expect(compiling).rejects.toThrow(error(how === 'closed' ? 'DEVICE_CLOSED' : 'DEVICE_LOST'));
    expect(device.stats().bytesInUse).toBe(0);
  });

  it('closing twice is fine, and not a loss', async (context) => {
    const device = await openGpu(context);
    const told: string[] = [];
    void device.lost.then((reason) => told.push(reason));
    device.close();
    device.close();
    await device.gpu.lost;
    expect(device.state).toBe('closed');
    expect(told).toEqual([]);
    expect(() => device.createStorage('f32', 4, 'late')).toThrow(error('DEVICE_CLOSED'));
  });

  it('a shader that does not compile is shown with numbered source, and leaves nothing behind', async (context) => {
    const device = await openGpu(context);
    const before = device.stats();
    const op = brokenOp('@group(0) @binding(0) var<storage, read> x: array<f32>;\nfn main() { let y: u32 = 1.5; }\n');
    const compiled = device.compile({ x: f32(4) }, ({ x }) => ({ y: apply(op, [x], {})[0]! }));
    await expect(compiled).rejects.toThrow(error('KERNEL_COMPILE'));
    await expect(device.compile({ x: f32(4) }, ({ x }) => ({ y: apply(op, [x], {})[0]! }))).rejects.toThrow(
      /3 \| fn main/,
    );
    expect(device.stats()).toEqual(before);
    const fine = await device.compile({ x: f32(1) }, ({ x }) => ({ y: relu(x) }));
    fine.run({ x: Float32Array.of(3) });
    expect([...(await fine.read('y'))]).toEqual([3]);
  });

  it('what exceeds the limits is refused before a pipeline is made', async (context) => {
    const device = await openGpu(context);
    const before = device.stats();
    const compile = (op: ReturnType<typeof brokenOp>) =>
      device.compile({ x: f32(4) }, ({ x }) => ({ y: apply(op, [x], {})[0]! }));
    await expect(compile(brokenOp('', [65_536, 1, 1]))).rejects.toThrow(error('LIMIT_EXCEEDED'));
    await expect(compile(brokenOp('', [1, 1, 1], { workgroupBytes: 2 ** 20 }))).rejects.toThrow(
      error('LIMIT_EXCEEDED'),
    );
    await expect(compile(brokenOp('', [1, 1, 1], { invocations: 4096 }))).rejects.toThrow(error('LIMIT_EXCEEDED'));
    // 2 ** 33 elements are more than a kernel's constants can count.
    for (const huge of [device.limits.maxStorageBufferBindingSize / 4 + 1, 2 ** 33, 2 ** 40]) {
      await expect(device.compile({ x: f32(huge) }, ({ x }) => ({ y: relu(x) }))).rejects.toThrow(
        error('LIMIT_EXCEEDED'),
      );
    }
    expect(device.stats().bytesInUse).toBe(before.bytesInUse);
  });

  it('an op that reads what it writes is refused with its name, and gives back what was taken', async (context) => {
    const device = await openGpu(context);
    const parameters = new Parameters(device, new Map([['w', { shape: [4], values: new Float32Array(4) }]]));
    const before = device.stats().bytesInUse;
    const compiled = device.compile({ decay: f32() }, ({ decay }) => ({
      average: movingAverage(parameters.flatWeights(), parameters.flatWeights(), decay),
    }));
    await expect(compiled).rejects.toThrow(/reads binding 0 from a buffer that it also writes/);
    expect(device.stats().bytesInUse).toBe(before);
  });

  it('an error that nobody caught makes the next read throw, not give zeros', async (context) => {
    const device = await openGpu(context);
    const parameters = new Parameters(device, new Map([['w', { shape: [4], values: new Float32Array(4) }]]));
    // A copy beyond the end of a buffer: invalid, and reported outside any error scope.
    const buffer = device.createBuffer(4, 'small');
    const encoder = device.gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 0, buffer, 1024, 16);
    device.gpu.queue.submit([encoder.finish()]);
    await device.gpu.queue.onSubmittedWorkDone();
    await expect(parameters.weights.read()).rejects.toThrow(error('GPU_ERROR'));
    expect(() => parameters.write(new Map([['w', { shape: [4], values: new Float32Array(4) }]]))).toThrow(
      error('GPU_ERROR'),
    );
  });

  it('works without optional features: no timestamps, only default limits', async (context) => {
    const device = await gpuForTests({ limits: 'default' });
    if (device === undefined) return context.skip('no WebGPU adapter on this machine');
    expect((device as WebGpuDevice).gpu.features.has('timestamp-query')).toBe(false);
    const training = await smallTraining(device);
    training.step(0);
    const rows = await training.program.profile();
    expect(rows.every(({ microseconds }) => microseconds > 0)).toBe(true);
  });

  it('an allocation that is refused is an error with its size, and gives back what was taken', async (context) => {
    const device = await openGpu(context);
    const before = device.stats().bytesInUse;
    // A graph without kernels opens two error scopes: validation first, then memory. The second is made to report.
    const popErrorScope = device.gpu.popErrorScope.bind(device.gpu);
    let scopes = 0;
    device.gpu.popErrorScope = async () => {
      const real = await popErrorScope();
      return ++scopes === 2 ? ({ message: 'not enough memory' } as GPUError) : real;
    };
    await expect(device.compile({ x: f32(64) }, ({ x }) => ({ y: x }))).rejects.toThrow(error('OUT_OF_MEMORY'));
    expect(device.stats().bytesInUse).toBe(before);
  });

  it('what is refused to one program is not another that is compiled meanwhile', async (context) => {
    const device = await openGpu(context);
    const { gpu } = device;
    // Error scopes as the specification has them, and a memory that is refused by its name.
    const scopes: { filter: GPUErrorFilter; error: GPUError | null }[] = [];
    gpu.pushErrorScope = (filter) => {
      scopes.push({ filter, error: null });
    };
    gpu.popErrorScope = async () => scopes.pop()!.error;
    const createBuffer = gpu.createBuffer.bind(gpu);
    gpu.createBuffer = (descriptor) => {
      const scope = [...scopes].reverse().find(({ filter }) => filter === 'out-of-memory');
      if (scope && descriptor.label?.startsWith('refused')) scope.error = { message: 'not enough memory' };
      return createBuffer(descriptor);
    };
    const compile = (label: string) => device.compile({ x: f32(64) }, ({ x }) => ({ y: x }), { label });
    const results = await Promise.allSettled(['one', 'refused', 'two', 'three'].map(compile));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(device.createStorage('f32', 4, 'usable still').length).toBe(4);
  });

  it('reading memories of many sizes keeps no copy of each', async (context) => {
    const device = await openGpu(context);
    const destroyed: string[] = [];
    const createBuffer = device.gpu.createBuffer.bind(device.gpu);
    device.gpu.createBuffer = (descriptor) => {
      const buffer = createBuffer(descriptor);
      const destroy = buffer.destroy.bind(buffer);
      buffer.destroy = () => {
        if (descriptor.label?.startsWith('readback')) destroyed.push(descriptor.label);
        destroy();
      };
      return buffer;
    };
    for (let length = 1; length <= 40; length++) {
      const storage = device.createStorage('f32', length, 'rows');
      storage.write(new Float32Array(length).fill(length));
      expect((await storage.read()).every((value) => value === length)).toBe(true);
      storage.release();
    }
    expect(destroyed.length).toBe(24);
  });
});
