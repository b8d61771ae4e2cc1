import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { endWithReaders } from './closed-pipes.js';

const closed = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });

it('ends where nobody reads the results, fails where they have no room, and goes on without progress', () => {
  const [results, progress, exits, said] = [new EventEmitter(), new EventEmitter(), [] as number[], [] as string[]];
  endWithReaders(
    results,
    progress,
    (text) => void said.push(text),
    (code) => void exits.push(code),
  );
  for (const error of [closed, full]) progress.emit('error', error);
  expect(exits).toEqual([]);
  results.emit('error', closed);
  expect([exits, said]).toEqual([[0], []]);
  results.emit('error', full);
  expect([exits, said]).toEqual([[0, 1], ['ecgpu: results cannot be written (no space left)\n']]);
});
