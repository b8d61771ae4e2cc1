import type { Entry } from '../measurement/contender.js';
import { repositoryFile } from '../repository.js';
import { openProcess } from './process.js';
import type { Workspace } from './workspace.js';

export function onnxruntimeWeb({ onnx, beats }: Workspace, threads: number, expected: ArrayLike<number>): Entry {
  const script = repositoryFile('benchmarks/dist/onnxruntime-web-process.js');
  return {
    name: `onnxruntime-web wasm, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    open: () => openProcess(process.execPath, [script, onnx, beats, String(threads)], expected),
  };
}
