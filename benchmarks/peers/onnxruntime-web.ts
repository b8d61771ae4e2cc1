import { fileURLToPath } from 'node:url';
import type { Entry } from '../measurement/contender.js';
import { openProcess } from './process.js';
import type { Workspace } from './workspace.js';

export function onnxruntimeWeb({ onnx, beats }: Workspace, threads: number, expected: ArrayLike<number>): Entry {
  const script = fileURLToPath(new URL('onnxruntime-web-process.js', import.meta.url));
  return {
    name: `onnxruntime-web wasm, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    open: () => openProcess(process.execPath, [script, onnx, beats, String(threads)], expected),
  };
}
