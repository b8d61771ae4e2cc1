import { afterEach, expect, it, vi } from 'vitest';
import { sleepBetweenTurns } from './node-waiting.js';

afterEach(() => {
  vi.restoreAllMocks();
});

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

function settleable() {
  let resolve = () => {};
  let reject = (_: Error) => {};
  const promise = new Promise<void>((yes, no) => {
    [resolve, reject] = [yes, no];
  });
  return { promise, resolve, reject };
}

it('naps once a turn of the event loop, no longer than a millisecond, until the promise is settled', async () => {
  const naps = vi.spyOn(Atomics, 'wait');
  const { promise, resolve } = settleable();
  sleepBetweenTurns(promise);
  await turns(10);
  resolve();
  await turns(10);
  expect(naps.mock.calls.length).toBeGreaterThanOrEqual(9);
  expect(naps.mock.calls.length).toBeLessThanOrEqual(11);
  for (const [, , , milliseconds] of naps.mock.calls) expect(milliseconds).toBeLessThanOrEqual(1);
});

it('goes on until the last of several is settled, be it by an error', async () => {
  const naps = vi.spyOn(Atomics, 'wait');
  const [failing, last] = [settleable(), settleable()];
  sleepBetweenTurns(failing.promise);
  sleepBetweenTurns(last.promise);
  failing.reject(new Error('lost'));
  await expect(failing.promise).rejects.toThrow('lost');
  await turns(5);
  expect(naps.mock.calls.length).toBeGreaterThanOrEqual(4);
  last.resolve();
  await turns(2);
  const all = naps.mock.calls.length;
  await turns(20);
  expect(naps.mock.calls.length).toBe(all);
});
