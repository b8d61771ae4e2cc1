import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openCpuDevice } from '../devices/cpu/open.js';
import type { Device } from '../devices/device.js';
import { EngineError } from '../errors.js';
import { f32, VERSION } from '../index.js';
import { VARIANTS } from '../tuning/variants.js';
import { gpuForTests } from './gpu-for-tests.js';
import { verifyDevice } from './verify.js';

const onlyScale = (op: string) => op === 'scale';

/** A device that compiles as `compile` says. */
function deviceThat(compile: Device['compile']): Device {
  const device = openCpuDevice();
  return new Proxy(device, {
    get: (target, name) => {
      const value = name === 'compile' ? compile : Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('verifyDevice', () => {
  it('reports every case in both modes, and progress up to the total', async (context) => {
    const device = (await gpuForTests()) ?? context.skip('no WebGPU adapter on this machine');
    const seen: string[] = [];
    const report = await verifyDevice(device, {
      filter: onlyScale,
      onProgress: ({ done, total, verified }) => seen.push(`${done}/${total} ${verified.name} ${verified.mode}`),
    });
    expect(report).toMatchObject({ agrees: true, engine: VERSION, kind: 'webgpu', adapter: device.description });
    expect(report.runtime).toContain(process.version);
    expect(seen).toEqual(
      report.cases.map(({ name, mode }, index) => `${index + 1}/${report.cases.length} ${name} ${mode}`),
    );
    expect(new Set(report.cases.map(({ mode }) => mode))).toEqual(new Set(['values', 'gradients']));
    expect(report.cases.every(({ op, problems }) => op === 'scale' && problems.length === 0)).toBe(true);
    device.close();
  });

  it('checks every variant of the kernels that have any, and says which', async (context) => {
    const device = (await gpuForTests()) ?? context.skip('no WebGPU adapter on this machine');
    const filter = (op: string, name: string) => op === 'matmul' && name === '[7, 2000] · [2000, 5]';
    const [own, all] = [
      await verifyDevice(device, { filter }),
      await verifyDevice(device, { filter, variants: 'all' }),
    ];
    const ways = all.cases.filter(({ mode }) => mode === 'values').map(({ variants }) => variants);
    expect(own.checked).toBe('own');
    expect(own.cases.filter(({ mode }) => mode === 'values').map(({ variants }) => variants)).toEqual([ways[0]]);
    // Its 2000 terms are cut in seven whatever `long sums` says, `tiled` is the default, and with five columns `subgroups`
    // is `direct`: what is dispatched alike is checked once.
    const alike = (name: string | undefined) => (name === 'direct' ? 'subgroups' : name);
    const different = ['default', ...VARIANTS.matmul.filter((name) => name !== 'tiled')].map(alike);
    expect(ways.map((way) => alike(way['matmul'])).sort()).toEqual([...new Set(different)].sort());
    expect(all).toMatchObject({ agrees: true, checked: 'all' });
    expect((await verifyDevice(openCpuDevice(), { filter, variants: 'all' })).cases[0]!.variants).toEqual({});
    device.close();
  });

  it('names what computes wrongly instead of throwing', async () => {
    const wrong = openCpuDevice();
    const compile: Device['compile'] = async (spec, build, options) => {
      const program = await wrong.compile(spec, build, options);
      const exact = program.readExact.bind(program);
      program.readExact = async (name) => (await exact(name)).map((value) => value * 1.001) as Float64Array;
      return program;
    };
    const report = await verifyDevice(deviceThat(compile), { filter: onlyScale });
    expect(report.agrees).toBe(false);
    expect(report.stopped).toBeUndefined();
    expect(report.cases.some(({ problems }) => /got .* want/.test(problems[0] ?? ''))).toBe(true);
  });

  it('goes on after a case that cannot be compiled, and stops when the device is gone', async () => {
    const failing = (code: 'LIMIT_EXCEEDED' | 'DEVICE_LOST') =>
      verifyDevice(
        deviceThat(() => Promise.reject(new EngineError(code, 'no'))),
        { filter: onlyScale },
      );
    const limited = await failing('LIMIT_EXCEEDED');
    expect(limited.cases.length).toBeGreaterThan(1);
    expect(limited.cases.every(({ problems }) => problems[0] === 'LIMIT_EXCEEDED: no')).toBe(true);
    const lost = await failing('DEVICE_LOST');
    expect(lost).toMatchObject({ agrees: false, stopped: 'DEVICE_LOST: no' });
    expect(lost.cases.length).toBe(1);
  });

  it("carries the package's version", () => {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(VERSION).toBe(manifest.version);
  });
});

describe('openDevice without a browser', () => {
  it('falls back to WebAssembly, or says what is missing', async (context) => {
    const { openDevice } = await import('../open-device.js');
    if ((globalThis as { navigator?: { gpu?: unknown } }).navigator?.gpu)
      context.skip('this runtime has navigator.gpu');
    await expect(openDevice({ kind: 'webgpu' })).rejects.toMatchObject({ code: 'NO_ADAPTER' });
    const device = await openDevice();
    expect(device.kind).toBe('wasm');
    expect(device.description).toContain('1 thread');
    const program = await device.compile({ x: f32(1) }, ({ x }) => ({ x }));
    program.run({ x: Float32Array.of(2) });
    expect([...(await program.read('x'))]).toEqual([2]);
  });
});
