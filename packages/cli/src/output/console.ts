import { interruption } from '../interruption.js';
import { type ProgressLine, progressLine, sharedStream } from './progress.js';

/** What a command reads, and where it writes. Results go to stdout, everything else to stderr. */
export interface Console {
  /** What comes in on stdin, as bytes; nothing where absent. */
  readonly input?: AsyncIterable<Uint8Array>;
  /** From now on, what asks the command to end aborts this instead; nothing does where absent. */
  interruption?(): AbortSignal;
  out(text: string): void;
  err(text: string): void;
  /** A line on stderr that is written anew as work goes on. */
  progress(label: string): ProgressLine;
}

const stderr = sharedStream(process.stderr);

export const processConsole: Console = {
  // Asked for only when it is read: touching stdin may keep the process alive.
  get input() {
    return process.stdin;
  },
  interruption: () => interruption(process),
  out: (text) => void process.stdout.write(text),
  err: (text) => void stderr.lines.write(text),
  progress: (label) => progressLine(label, stderr.progress),
};

/** One JSON document on stdout. Infinity and NaN have no JSON form and become null. */
export function printJson(console: Console, value: unknown): void {
  console.out(`${JSON.stringify(value)}\n`);
}
