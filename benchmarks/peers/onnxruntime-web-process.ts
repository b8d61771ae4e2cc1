/**
 * onnxruntime-web's wasm backend in a process of its own, because its number of threads holds for a whole process.
 *
 *   node onnxruntime-web-process.js MODEL BEATS THREADS
 */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { readSafetensors } from '@ecgpu/engine';
import * as ort from 'onnxruntime-web';
import { timed } from '../measurement/contender.js';

const [model, beats, threads] = process.argv.slice(2);
ort.env.wasm.numThreads = Number(threads);
const session = await ort.InferenceSession.create(await readFile(model!), {
  executionProviders: ['wasm'],
  graphOptimizationLevel: 'all',
});
const { tensors } = readSafetensors(await readFile(beats!));
const input = (name: string) => {
  const { values, shape } = tensors.get(name)!;
  return new ort.Tensor('float32', values as Float32Array, [...shape]);
};

async function infer(): Promise<Float32Array> {
  const { logits } = await session.run({ window: input('window'), rhythm: input('rhythm') });
  return logits!.data as Float32Array;
}

const say = (message: unknown) => process.stdout.write(`${JSON.stringify(message)}\n`);
say({ results: [...(await infer())] });
for await (const line of createInterface({ input: process.stdin })) {
  const { iterations } = JSON.parse(line) as { iterations: number };
  say({
    milliseconds: await timed(async () => {
      for (let i = 0; i < iterations; i++) await infer();
    }),
  });
}
process.exit(0);
