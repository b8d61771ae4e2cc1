import { nodeGpu } from '@ecgpu/engine/node';
import { globals } from 'webgpu';

const { GPUBufferUsage, GPUMapMode } = globals as unknown as {
  readonly GPUBufferUsage: Record<'STORAGE' | 'COPY_SRC' | 'COPY_DST' | 'MAP_READ' | 'UNIFORM', number>;
  readonly GPUMapMode: Record<'READ', number>;
};

/** A WebGPU device without the engine, on the adapter that the engine takes: for kernels as one writes them first. */
export class RawWebGpu {
  readonly #staging: GPUBuffer;
  /** Asked for once a pipeline: it is a call, and a new object each time. */
  readonly #layouts = new Map<GPUComputePipeline, GPUBindGroupLayout>();

  private constructor(readonly device: GPUDevice) {
    this.#staging = device.createBuffer({ size: 4, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  }

  static async open(): Promise<RawWebGpu> {
    const gpu = (await nodeGpu()) as GPU;
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter === null) throw new Error('no WebGPU adapter');
    return new RawWebGpu(await adapter.requestDevice());
  }

  emptyBuffer(size: number): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    return this.device.createBuffer({ size, usage });
  }

  buffer(values: Float32Array): GPUBuffer {
    const buffer = this.emptyBuffer(values.byteLength);
    this.device.queue.writeBuffer(buffer, 0, values as Float32Array<ArrayBuffer>);
    return buffer;
  }

  uniform(values: Float32Array): GPUBuffer {
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const buffer = this.device.createBuffer({ size: values.byteLength, usage });
    this.device.queue.writeBuffer(buffer, 0, values as Float32Array<ArrayBuffer>);
    return buffer;
  }

  async pipeline(source: string, constants: Readonly<Record<string, number>> = {}): Promise<GPUComputePipeline> {
    const prelude = Object.entries(constants).map(([name, value]) => `const ${name} = ${value}u;\n`);
    const module = this.device.createShaderModule({ code: prelude.join('') + source });
    const pipeline = await this.device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
    this.#layouts.set(pipeline, pipeline.getBindGroupLayout(0));
    return pipeline;
  }

  bindGroup(pipeline: GPUComputePipeline, buffers: readonly GPUBuffer[]): GPUBindGroup {
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    return this.device.createBindGroup({ layout: this.#layouts.get(pipeline)!, entries });
  }

  /** One dispatch in a submit of its own. */
  dispatch(pipeline: GPUComputePipeline, bindGroup: GPUBindGroup, [x, y, z]: readonly [number, number, number]): void {
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    if (y * z === 1) pass.dispatchWorkgroups(x);
    else pass.dispatchWorkgroups(x, y, z);
    pass.end();
    this.device.queue.submit([encoder.finish()]);
  }

  /** Waits for everything submitted, as a reader of results does: 4 bytes come back. */
  async settle(buffer: GPUBuffer): Promise<void> {
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 0, this.#staging, 0, 4);
    this.device.queue.submit([encoder.finish()]);
    await this.#staging.mapAsync(GPUMapMode.READ);
    this.#staging.unmap();
  }

  async read(buffer: GPUBuffer): Promise<Float32Array> {
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    const copy = this.device.createBuffer({ size: buffer.size, usage });
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 0, copy, 0, buffer.size);
    this.device.queue.submit([encoder.finish()]);
    await copy.mapAsync(GPUMapMode.READ);
    const values = new Float32Array(copy.getMappedRange().slice(0));
    copy.destroy();
    return values;
  }
}
