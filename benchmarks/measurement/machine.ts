import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { inspectAdapters } from '@ecgpu/engine/node';
import { repositoryFile } from '../repository.js';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly node: string;
  /** What WebGPU computes on; null where there is no adapter. */
  readonly adapter: { readonly description: string; readonly software: boolean } | null;
  /** Running processes averaged over a minute, when the run began and when it ended. */
  readonly load: readonly [before: number, after: number];
}

/** To be called at the end of a run. */
export async function describeMachine(loadBefore: number): Promise<Machine> {
  const [adapter] = await inspectAdapters().catch(() => []);
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch} ${release()}`,
    node: process.version,
    adapter: adapter === undefined ? null : { description: adapter.description, software: adapter.software },
    load: [loadBefore, loadNow()],
  };
}

export function loadNow(): number {
  return Math.round(loadavg()[0]! * 100) / 100;
}

const PACKAGES = [
  '@ecgpu/engine',
  'webgpu',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-webgpu',
  '@tensorflow/tfjs-backend-wasm',
  'onnxruntime-node',
  'onnxruntime-web',
  '@jax-js/jax',
];

/** Versions of what was measured; a package that is not installed is left out. */
export async function readVersions(): Promise<Record<string, string>> {
  const versions: Record<string, string> = {};
  for (const name of PACKAGES) {
    const version = await packageVersion(name);
    if (version !== undefined) versions[name] = version;
  }
  const torch = await promisify(execFile)('/usr/bin/python3', ['-c', 'import torch; print(torch.__version__)']).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
  return torch === undefined ? versions : { ...versions, torch };
}

async function packageVersion(name: string): Promise<string | undefined> {
  for (const folder of ['benchmarks/node_modules', 'node_modules']) {
    const text = await readFile(repositoryFile(`${folder}/${name}/package.json`), 'utf8').catch(() => undefined);
    if (text !== undefined) return (JSON.parse(text) as { version: string }).version;
  }
  return undefined;
}
