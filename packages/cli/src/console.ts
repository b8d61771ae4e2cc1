import { type ProgressLine, progressLine } from './progress.js';

/** Where a command writes. Results go to stdout, everything else to stderr. */
export interface Console {
  out(text: string): void;
  err(text: string): void;
  /** A line on stderr that is written anew as work goes on. */
  progress(label: string): ProgressLine;
}

export const processConsole: Console = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  progress: (label) => progressLine(label, process.stderr),
};

/** One JSON document on stdout. Infinity and NaN have no JSON form and become null. */
export function printJson(console: Console, value: unknown): void {
  console.out(`${JSON.stringify(value)}\n`);
}
