import { type KernelStep, sourceOf } from '../../graph/lowering.js';
import { prelude } from './prelude.js';
import { SHADER_STAGE_COMPUTE } from './usage.js';

/** Pipelines by kernel and constants, layouts by the access of their bindings: made once a device, used by all programs. */
export class PipelineCache {
  readonly #device: GPUDevice;
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Pipelines made so far, and being made. */
  get created(): number {
    return this.#pipelines.size;
  }

  /** Explicit, so that every pipeline with the same accesses takes the same bind groups. */
  layout(step: KernelStep): GPUBindGroupLayout {
    const key = step.bindings.map(({ access }) => access).join();
    const known = this.#layouts.get(key);
    if (known) return known;
    const layout = this.#device.createBindGroupLayout({
      entries: step.bindings.map(({ access }, binding) => ({
        binding,
        visibility: SHADER_STAGE_COMPUTE,
        buffer: { type: access === 'read' ? 'read-only-storage' : 'storage' },
      })),
    });
    this.#layouts.set(key, layout);
    return layout;
  }

  pipeline(step: KernelStep): Promise<GPUComputePipeline> {
    const head = prelude(step.constants);
    const key = `${step.kernel.name}\n${head}`;
    const known = this.#pipelines.get(key);
    if (known) return known;
    const made = this.#make(step, head);
    this.#pipelines.set(key, made);
    // A kernel that failed is tried anew next time, so that the same error comes with its source again.
    made.catch(() => this.#pipelines.delete(key));
    return made;
  }

  async #make(step: KernelStep, head: string): Promise<GPUComputePipeline> {
    const { name } = step.kernel;
    const code = head + (await sourceOf(step.kernel));
    this.#device.pushErrorScope('validation');
    const module = this.#device.createShaderModule({ label: name, code });
    const scope = this.#device.popErrorScope();
    try {
      const pipeline = await this.#device.createComputePipelineAsync({
        label: name,
        layout: this.#device.createPipelineLayout({ bindGroupLayouts: [this.layout(step)] }),
        compute: { module, entryPoint: 'main' },
      });
      return pipeline;
    } catch (cause) {
      throw await (await import('./shader-errors.js')).shaderError(name, module, code, cause);
    } finally {
      await scope.catch(() => null);
    }
  }
}
