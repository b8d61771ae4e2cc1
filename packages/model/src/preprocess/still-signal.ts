import type { Diagnostic } from '@ecgpu/ecg-dsp';

/** Seconds that are looked at for a change, and seconds on each side of a beat. */
const CELL = 0.01;
const REACH = 0.1;
/**
 * Share of the cells that a beat needs. Of DS1's annotated beats, each in both leads, five have less, 0 to 0.1, with the amplifier at
 * its limit (116 in MLII, 223 in V1); the next has 0.5, and all others 0.9 and more. A complex of 40 ms on a line without noise has enough.
 */
const LEAST_MOVING = 0.2;

/** Seconds of one value that are worth a word. DS1 has none of 1 s. */
const LONG = 2;

/** A lead before it is filtered: its sample at an index, NaN where there is none, and how many there are so far. */
export interface RawLead {
  readonly at: (index: number) => number;
  readonly length: number;
}

export function rawLead(samples: ArrayLike<number>): RawLead {
  return { at: (index) => samples[index]!, length: samples.length };
}

/**
 * Whether a lead stands still around a beat but for a step or two, as a square wave, an amplifier that goes from limit to limit or
 * an electrode that comes off does. After the filters such a step looks like a complex, so that the unfiltered samples are asked.
 *
 * @param fs samples per second.
 * @param peak sample index.
 */
export function standsStill({ at, length }: RawLead, fs: number, peak: number): boolean {
  const cells = Math.round(REACH / CELL);
  let [moving, seen] = [0, 0];
  for (let cell = -cells; cell < cells; cell++) {
    const from = Math.round(peak + cell * CELL * fs);
    const to = Math.round(peak + (cell + 1) * CELL * fs);
    if (from < 0 || to >= length) continue;
    seen++;
    let i = from + 1;
    while (i <= to && at(i) === at(i - 1)) i++;
    if (i <= to) moving++;
  }
  return seen > 0 && moving < LEAST_MOVING * seen;
}

/**
 * What to say of a lead that stands still: how much of it does for long, where no beat can be found, and how many beats are mere steps.
 *
 * @param still for each beat, whether the lead {@link standsStill} around it.
 */
export function stillFindings(
  { at, length }: RawLead,
  fs: number,
  still: readonly boolean[],
  where: string,
): Diagnostic[] {
  let [long, run] = [0, 1];
  for (let i = 1; i <= length; i++) {
    if (i < length && at(i) === at(i - 1)) run++;
    else {
      if (run >= LONG * fs) long += run;
      run = 1;
    }
  }
  const found: Diagnostic[] = [];
  const warn = (code: string, message: string) => found.push({ code, severity: 'warning', message, where });
  if (long > 0) {
    const share = ((100 * long) / length).toFixed(1);
    warn('SIGNAL_STILL', `${share} % of the lead keeps one value for ${LONG} s and more; no beats are found there.`);
  }
  const steps = still.filter(Boolean).length;
  if (steps > 0)
    warn(
      'BEATS_ON_STILL_SIGNAL',
      `${steps} of ${still.length} beats are steps of a lead that stands still around them.`,
    );
  return found;
}
