import { type ProgressLine, progressLine } from './progress.js';

/** What a command reads, and where it writes. Results go to stdout, everything else to stderr. */
export interface Console {
  /** What comes in on stdin, as bytes; nothing where absent. */
  readonly input?: AsyncIterable<Uint8Array>;
  out(text: string): void;
  err(text: string): void;
  /** A line on stderr that is written anew as work goes on. */
  progress(label: string): ProgressLine;
}

export const processConsole: Console = {
  // Asked for only when it is read: touching stdin may keep the process alive.
  get input() {
    return process.stdin;
  },
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  progress: (label) => progressLine(label, process.stderr),
};

/** One JSON document on stdout. Infinity and NaN have no JSON form and become null. */
export function printJson(console: Console, value: unknown): void {
  console.out(`${JSON.stringify(value)}\n`);
}
