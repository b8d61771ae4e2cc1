import { EventEmitter, getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { Interrupted, interruption, untilInterrupted } from './interruption.js';

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s is told once, and ends the process the next time', (signal, exitCode) => {
  const process = new EventEmitter();
  const asked = interruption(process);
  expect(asked.aborted).toBe(false);
  process.emit(signal, signal);
  expect(asked.reason).toBeInstanceOf(Interrupted);
  expect(asked.reason).toMatchObject({ signal, exitCode });
  // Without a listener the system does what it does.
  expect(process.eventNames()).toEqual([]);
});

it('an input is read up to its end, its error or the interruption, and nothing is left listening', async () => {
  const read = async (input: AsyncIterable<number>, asked: AbortSignal) => {
    const seen: number[] = [];
    try {
      for await (const value of untilInterrupted(input, asked)) seen.push(value);
    } catch (error) {
      return [...seen, (error as Error).message];
    }
    return seen;
  };
  const asked = new AbortController();
  async function* numbers(end: () => Promise<void>) {
    yield 1;
    yield 2;
    await end();
  }
  expect(
    await read(
      numbers(async () => {}),
      asked.signal,
    ),
  ).toEqual([1, 2]);
  expect(
    await read(
      numbers(() => Promise.reject(new Error('gone'))),
      asked.signal,
    ),
  ).toEqual([1, 2, 'gone']);
  expect(getEventListeners(asked.signal, 'abort')).toEqual([]);
  const endless = async () => {
    asked.abort();
    await new Promise(() => {});
  };
  expect(await read(numbers(endless), asked.signal)).toEqual([1, 2]);
  expect(await read(numbers(endless), asked.signal)).toEqual([]);
});
