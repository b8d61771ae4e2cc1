import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { endWithReaders } from './closed-pipes.js';

const closed = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });

it('ends where nobody reads the results, and goes on where nobody reads the progress', () => {
  const [results, progress, exits] = [new EventEmitter(), new EventEmitter(), [] as number[]];
  endWithReaders(results, progress, (code) => void exits.push(code));
  progress.emit('error', closed);
  expect(exits).toEqual([]);
  results.emit('error', closed);
  expect(exits).toEqual([0]);
  for (const stream of [results, progress]) expect(() => stream.emit('error', full)).toThrow('no space left');
});
