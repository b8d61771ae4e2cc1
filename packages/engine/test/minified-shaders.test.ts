import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { minifyWgsl } from '../../../build/wgsl-minify.js';
import type { WebGpuDevice } from '../src/devices/webgpu/device.js';
import { lower } from '../src/devices/webgpu/lower.js';
import { prelude } from '../src/devices/webgpu/prelude.js';
import { type Kernel, type KernelConstants, type KernelLimits, sourceOf } from '../src/graph/lowering.js';
import { withGradients } from '../src/testing/check-case.js';
import { gpuForTests } from '../src/testing/gpu-for-tests.js';
import { type OpCase, opCases } from '../src/testing/index.js';
import { fusedNodesOfCase, nodesOfCase } from '../src/testing/run-case.js';
import { VARIANTS } from '../src/tuning/variants.js';

describe('minifyWgsl', () => {
  it.each([
    ['comments', 'a /* x /y */ b // c\nd', 'a b d'],
    ['signs that would merge', 'a - -b; c > = d; e & &f; g / /*h*/ *i;', 'a- -b;c> =d;e& &f;g/ *i;'],
    ['signs that would not', 'a = -b; c * -d; e += 1u;', 'a=-b;c*-d;e+=1u;'],
    ['template ends before an assignment', 'var x: vec2<f32> = y;', 'var x:vec2<f32> =y;'],
    ['numbers', 'x = 0.5 + 1.0 - 10.0 * 0.0 + 1.50f + 1e-5 + 0x10u;', 'x=.5+1.-10.*0.+1.5f+1e-5+0x10u;'],
    ['numbers behind words', 'return 0.5;', 'return .5;'],
    [
      'locals, parameters and loops',
      'fn f(long: u32) -> u32 { let other = long; for (var i = 0u; i < N; i++) { x[other] = i; } return other; }',
      'fn f(a:u32)->u32{let b=a;for(var c=0u;c<N;c++){x[b]=c;}return b;}',
    ],
    [
      'names of module scope, and what they would hide',
      'const N: u32 = 1u; var<private> a: f32; fn f(long: f32) -> f32 { return a + long; }',
      'const N:u32=1u;var<private>a:f32;fn f(b:f32)->f32{return a+b;}',
    ],
    [
      'members and attributes',
      'fn main(@builtin(workgroup_id) group: vec3u) { let x = group.x; y = group.xy + x; }',
      'fn main(@builtin(workgroup_id)a:vec3u){let b=a.x;y=a.xy+b;}',
    ],
    [
      'a local called like a function that is called',
      'fn f(i: u32) { let count = count(i); y = count; }',
      'fn f(a:u32){let count=count(a);y=count;}',
    ],
    ['qualified variables', 'fn f() { var<function> sum = 0.0; sum += 1.0; }', 'fn f(){var<function>a=0.;a+=1.;}'],
  ])('%s', (_, source, expected) => {
    expect(minifyWgsl(source)).toBe(expected);
  });
});

/** Every shader file, longest first: a kernel's source is several of them joined. */
const sources = new URL('../src/', import.meta.url);
const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.wgsl'))
  .map((path) => readFileSync(new URL(path, sources), 'utf8'))
  .sort((a, b) => b.length - a.length);

/** The kernel as a published build has it: each of its files minified on its own. */
function published(source: string): string {
  return files.reduce((text, file) => text.replaceAll(file, minifyWgsl(file)), source);
}

const everyVariant = [
  {},
  ...Object.entries(VARIANTS).flatMap(([kernel, names]) => names.map((name) => ({ [kernel]: name }))),
];

interface Shader {
  readonly source: string;
  readonly constants: KernelConstants;
}

/** What measures a device's peaks, and belongs to no op. */
const rooflines: [string, Shader][] = ['compute', 'copy'].map((name) => [
  `roofline ${name}`,
  { source: readFileSync(new URL(`devices/webgpu/roofline-${name}.wgsl`, sources), 'utf8'), constants: {} },
]);

/** Every kernel of the op cases, once for each choice of the constants that switch code on and off. */
async function allKernels(limits: KernelLimits): Promise<Map<string, Shader>> {
  const kernels = new Map<string, { kernel: Kernel; constants: KernelConstants }>();
  for (const opCase of Object.values(opCases as Record<string, readonly OpCase[]>).flat()) {
    const apart = nodesOfCase(opCase);
    for (const variants of everyVariant) {
      // Joined with what is around it; gradients are, by the variants of `elementwise`.
      const differentiated = 'elementwise' in variants && !(opCase.gradients && 'skip' in opCase.gradients);
      const extend = differentiated ? withGradients(opCase) : undefined;
      const nodes = [...apart, ...fusedNodesOfCase(opCase, { limits, variants, extend })];
      for (const { kernel, constants } of nodes.flatMap((node) => lower(node, limits, variants).steps)) {
        const switches = Object.entries(constants).filter(
          ([name, value]) => typeof value === 'boolean' || /ACTIVATION|FUNCTION/.test(name),
        );
        kernels.set(`${kernel.name} ${JSON.stringify(switches)}`, { kernel, constants });
      }
    }
  }
  const shaders = [...kernels].map(async ([name, { kernel, constants }]): Promise<[string, Shader]> => {
    return [name, { source: await sourceOf(kernel), constants }];
  });
  return new Map([...rooflines, ...(await Promise.all(shaders))]);
}

it('every minified shader compiles', async (context) => {
  const device = (await gpuForTests()) ?? context.skip('no WebGPU adapter on this machine');
  const { gpu, limits } = device as WebGpuDevice;
  const kernels = await allKernels(limits);
  const unused = files.filter((file) => ![...kernels.values()].some(({ source }) => source.includes(file)));
  expect(unused).toEqual([]);
  const problems: string[] = [];
  gpu.pushErrorScope('validation');
  for (const [name, { source, constants }] of kernels) {
    const module = gpu.createShaderModule({ code: prelude(constants) + published(source) });
    const { messages } = await module.getCompilationInfo();
    problems.push(...messages.filter(({ type }) => type === 'error').map(({ message }) => `${name}: ${message}`));
  }
  await gpu.popErrorScope();
  device.close();
  expect(problems).toEqual([]);
});
