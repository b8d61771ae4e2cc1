// Everything of the engine: all kernels, gradients, optimisers, formats.
export * from '@ecgpu/engine';
