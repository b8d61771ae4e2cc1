import { InvalidArgumentError } from 'commander';

/** A time as WFDB tools take it: `s1234` is a sample, all else hours, minutes and seconds: `5:00`, `1:02:03.5`, `300`. */
export type TimeArgument = { readonly sample: number } | { readonly seconds: number };

/** @throws InvalidArgumentError which commander reports as wrong use */
export function parseTime(text: string): TimeArgument {
  const sample = /^s(\d{1,15})$/.exec(text);
  if (sample) return { sample: Number(sample[1]) };
  const clock = /^(?:(?:(\d{1,9}):)?(\d{1,9}):)?(\d{1,12}(?:\.\d*)?|\.\d+)$/.exec(text);
  if (!clock) {
    throw new InvalidArgumentError('A time is h:m:s, m:s or seconds, with decimals if need be, or s1234 for a sample.');
  }
  const [hours = 0, minutes = 0, seconds = 0] = clock.slice(1).map((part) => Number(part ?? 0));
  return { seconds: 3600 * hours + 60 * minutes + seconds };
}

/** The nearest sample at a sampling rate. */
export function sampleAt(time: TimeArgument, fs: number): number {
  return 'sample' in time ? time.sample : Math.round(time.seconds * fs);
}

export function secondsAt(time: TimeArgument, fs: number): number {
  return 'sample' in time ? time.sample / fs : time.seconds;
}
