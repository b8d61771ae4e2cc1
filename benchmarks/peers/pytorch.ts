import type { Entry } from '../measurement/contender.js';
import { repositoryFile } from '../repository.js';
import { openProcess } from './process.js';

const PYTHON = '/usr/bin/python3';

export function pytorch(
  mode: 'training' | 'inference',
  file: string,
  threads: number,
  expected: ArrayLike<number>,
): Entry {
  const script = repositoryFile('benchmarks/peers/pytorch.py');
  return {
    name: `PyTorch CPU, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    open: () => openProcess(PYTHON, [script, mode, file, String(threads)], expected),
  };
}
