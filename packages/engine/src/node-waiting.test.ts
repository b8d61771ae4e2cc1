import { afterEach, expect, it, vi } from 'vitest';
import { sleepBetweenTurns } from './node-waiting.js';

const after = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const turn = () => new Promise((resolve) => setImmediate(resolve));

afterEach(() => {
  vi.restoreAllMocks();
});

it('naps between turns of the event loop, and no longer than a millisecond', async () => {
  const naps = vi.spyOn(Atomics, 'wait');
  const promise = after(30);
  sleepBetweenTurns(promise);
  let turns = 0;
  let settled = false;
  promise.finally(() => {
    settled = true;
  });
  while (!settled) {
    await turn();
    turns++;
  }
  expect(naps.mock.calls.length).toBeGreaterThan(2);
  expect(Math.abs(turns - naps.mock.calls.length)).toBeLessThanOrEqual(2);
  for (const [, , , milliseconds] of naps.mock.calls) expect(milliseconds).toBeLessThanOrEqual(1);
});

it('ends when the last of several is settled, be it by an error', async () => {
  const naps = vi.spyOn(Atomics, 'wait');
  const failing = after(1).then(() => Promise.reject(new Error('lost')));
  const last = after(10);
  sleepBetweenTurns(failing);
  sleepBetweenTurns(last);
  await expect(failing).rejects.toThrow('lost');
  const before = naps.mock.calls.length;
  await last;
  expect(naps.mock.calls.length).toBeGreaterThan(before);
  await turn();
  const all = naps.mock.calls.length;
  for (let i = 0; i < 20; i++) await turn();
  expect(naps.mock.calls.length).toBe(all);
});
