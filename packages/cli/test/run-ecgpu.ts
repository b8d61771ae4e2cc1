import { Readable } from 'node:stream';
import { expect } from 'vitest';
import { EXIT } from '../src/exit-codes.js';
import type { Console } from '../src/output/console.js';
import { createProgram } from '../src/program.js';
import { reportError } from '../src/report-error.js';

export interface Run {
  /** What the process would have ended with. */
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** Called at every step of work that a command shows; what it throws stops the work there. */
export type ProgressWatch = (label: string, done: number) => void;

/** Runs a command line as the binary does, with what it writes kept instead of printed. */
export async function ecgpu(
  args: readonly string[],
  watch: ProgressWatch = () => {},
  input: AsyncIterable<Uint8Array> = Readable.from([]),
  interruption: AbortSignal = new AbortController().signal,
): Promise<Run> {
  const written = { out: '', err: '' };
  const console: Console = {
    input,
    interruption: () => interruption,
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    progress: (label) => ({ update: (done) => watch(label, done), end: () => {} }),
  };
  try {
    await (await createProgram(console, args)).parseAsync(args, { from: 'user' });
    return { exit: EXIT.done, ...written };
  } catch (error) {
    const exit = reportError(error, console.err);
    return { exit, ...written };
  }
}

/** Runs a command line that must succeed, and reads the one JSON document it prints. */
export async function ecgpuJson<T>(...args: string[]): Promise<T> {
  const { exit, out, err } = await ecgpu([...args, '--json']);
  expect(exit, err).toBe(EXIT.done);
  return JSON.parse(out) as T;
}

/** Runs a command line that must fail: with this exit code, one message, no stack trace and nothing on stdout. */
export async function refusal(exit: number, ...args: string[]): Promise<string> {
  const run = await ecgpu(args);
  expect(run.exit, run.err).toBe(exit);
  expect(run.out).toBe('');
  expect(run.err).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
  expect(run.err.match(/^(ecgpu|error): /gm), run.err).toHaveLength(1);
  return run.err;
}
