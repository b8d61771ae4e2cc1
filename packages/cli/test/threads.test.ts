import { inspectWasm } from '@ecgpu/engine/node';
import { beforeAll, expect, it } from 'vitest';
import type { DoctorReport } from '../src/commands/doctor.js';
import { ecgpu, ecgpuJson, refusal } from './run-ecgpu.js';
import { excerpt } from './sample-records.js';
import { temporaryFolder } from './temporary-folder.js';
import { writeTinyModel } from './tiny-model.js';

const at = temporaryFolder();
let model: string;
beforeAll(async () => {
  await excerpt(at(), '100', 30);
  model = await writeTinyModel(at('model.safetensors'));
});
const classify = (...options: string[]) => ['classify', at('100'), '--model', model, ...options];

it('--threads is how many compute', async () => {
  const one = await ecgpu(classify('--device', 'wasm', '--threads', '1'));
  const three = await ecgpu(classify('--device', 'wasm', '--threads', '3'));
  expect(one.err).toMatch(/device: wasm, .*, 1 thread\n/);
  expect(three.err).toMatch(/device: wasm, .*, 3 threads\n/);
  expect(three.out).toBe(one.out);
});

it.each(['0', '33', '1.5', 'all', ''])('--threads %j is a wrong use, whatever the command', async (count) => {
  for (const command of [
    classify('--threads', count),
    ['train', '--data', at(), '--out', at('run'), '--threads', count],
    ['finetune', at('100'), '--threads', count],
    ['evaluate', '--data', at(), '--threads', count],
  ]) {
    expect(await refusal(2, ...command)).toMatch(
      /'--threads <n>' argument .* is invalid\. a whole number from 1 to 32/,
    );
  }
});

it.each(['cpu', 'webgpu'])('--threads with --device %s is a wrong use', async (device) => {
  const message = await refusal(2, ...classify('--device', device, '--threads', '2'));
  expect(message).toContain(`--threads 2: --device ${device} has no threads to choose`);
  expect(message).toContain('--device wasm');
});

it('doctor says how many there are', async () => {
  const { wasm } = await ecgpuJson<DoctorReport>('doctor');
  expect(wasm).toEqual(inspectWasm());
  expect(wasm.threads).toBe(Math.min(8, wasm.cores));
  const { out } = await ecgpu(['doctor']);
  expect(out).toContain(`threads: ${wasm.threads} (one a core of ${wasm.cores}, at most 8)`);
  expect(out).toMatch(/--device auto takes: \w+ \(.+\)/);
});
