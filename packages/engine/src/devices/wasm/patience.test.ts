import { beforeAll, beforeEach, expect, it } from 'vitest';
import { compileKernels } from './binary.js';
import { LinearMemory } from './memory.js';
import { type WasmFunction, type WasmModule, webAssembly } from './webassembly.js';

/** Words of the control block, with the kernels' `team.ts`. */
const GENERATION = 32_768 / 4;
const ARRIVED = (32_768 + 64) / 4;
const PHASE = (32_768 + 128) / 4;
const COMMANDS = (32_768 + 320) / 4;
/** A free place for a command list. */
const LIST = 98_304;
/** Milliseconds between two looks at the clock here. */
const TURN = 0.001;

let module: WasmModule;
let words: Int32Array;
let exports: Record<string, WasmFunction>;
let time: number;
/** What happens at a look at the clock, told how long the thread has looked. */
let meanwhile: (looked: number) => void;
let begun: number;
let slept: boolean;

beforeAll(async () => {
  module = await compileKernels('simd');
});

beforeEach(() => {
  const { memory } = new LinearMemory();
  words = new Int32Array(memory.buffer);
  time = 1e6;
  meanwhile = () => {};
  const clock = () => {
    time += TURN;
    meanwhile(time - begun);
    return time;
  };
  const sleep = () => {
    slept = true;
    openBarrier();
  };
  const instance = new webAssembly!.Instance(module, { env: { memory }, team: { sleep }, patience: { clock } });
  exports = instance.exports as Record<string, WasmFunction>;
  // One step that is another thread's.
  words.set([LIST, 1], COMMANDS);
  words.set([0, 0, 1, 0], LIST / 4);
});

function openBarrier(): void {
  words[ARRIVED] = 0;
  Atomics.add(words, PHASE, 1);
}

/** A worker's run that only waits at the barrier: how long it looked, and whether it slept then. */
function wait(threads = 2): { looked: number; slept: boolean } {
  begun = time;
  slept = false;
  exports['join']!(1, threads);
  return { looked: time - begun, slept };
}

const opensAfter = (milliseconds: number) => {
  let opened = false;
  return (looked: number) => {
    if (opened || looked < milliseconds) return;
    opened = true;
    openBarrier();
  };
};

it('looks on for more than three ticks of a scheduler, but in vain only once', () => {
  const first = wait();
  expect(first.slept).toBe(true);
  expect(first.looked).toBeGreaterThan(30);
  const second = wait();
  expect(second.slept).toBe(true);
  expect(second.looked).toBeLessThan(0.02);
  time += 10_000;
  expect(wait().looked).toBeGreaterThan(30);
});

it('looks in vain for a fiftieth of the time, all threads together', () => {
  for (const threads of [2, 5]) {
    wait(threads);
    time += 100;
    const { looked } = wait(threads);
    expect(looked).toBeGreaterThan(1.9 / (threads - 1));
    expect(looked).toBeLessThan(2.1 / (threads - 1));
  }
});

it('does not tire of waits that end soon', () => {
  for (let i = 0; i < 200; i++) {
    meanwhile = opensAfter(0.9);
    const { slept, looked } = wait();
    expect(slept).toBe(false);
    expect(looked).toBeLessThan(0.91);
  }
  meanwhile = () => {};
  expect(wait().looked).toBeGreaterThan(30);
});

it('tires of waits in which it is taken off its core', () => {
  const waits = Array.from({ length: 100 }, () => {
    const opening = opensAfter(0.5);
    meanwhile = (looked) => {
      if (looked > 0.1 && looked < 0.3) time += 0.3;
      else opening(looked);
    };
    return wait().slept;
  });
  expect(waits.slice(0, 40)).not.toContain(true);
  expect(waits.slice(75)).not.toContain(false);
});

it('looks out for the next run where the last one came soon, and after a long pause', () => {
  const lookOut = () => {
    begun = time;
    exports['awaitRun']!(Atomics.load(words, GENERATION), 2);
    return time - begun;
  };
  const runAfter = (milliseconds: number) => {
    time += milliseconds;
    meanwhile = opensAfter(0.01);
    wait();
    meanwhile = () => {};
  };
  expect(lookOut()).toBeLessThan(0.01);
  for (const [pause, looksOut] of [
    [0.5, true],
    [110, true],
    [3, false],
    [90, false],
  ] as const) {
    runAfter(pause);
    const looked = lookOut();
    expect(looked > 1.9 && looked < 2.1, `after ${pause} ms: ${looked}`).toBe(looksOut);
  }
  runAfter(0.5);
  meanwhile = (looked) => {
    if (looked > 0.5) Atomics.add(words, GENERATION, 1);
  };
  const looked = lookOut();
  expect(looked).toBeGreaterThan(0.5);
  expect(looked).toBeLessThan(0.6);
});
