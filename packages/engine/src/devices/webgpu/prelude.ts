import type { KernelConstants } from '../../graph/lowering.js';

/** The lines a kernel's constants become; SUBGROUPS also lets it use WebGPU's subgroups. Two steps with equal kernel and prelude share one pipeline. */
export function prelude(constants: KernelConstants): string {
  const lines = Object.entries(constants)
    .map(([name, value]) => `const ${name}: ${literal(value)};\n`)
    .join('');
  return constants['SUBGROUPS'] ? `enable subgroups;\n${lines}` : lines;
}

function literal(value: KernelConstants[string]): string {
  if (typeof value === 'boolean') return `bool = ${value}`;
  if (typeof value === 'number') return `u32 = ${value}u`;
  if ('i32' in value) return `i32 = ${value.i32}i`;
  // Digits that give the same f32. −0 is 0, as shader compilers take it anyway.
  return `f32 = ${Math.fround(value.f32).toExponential()}f`;
}
