import { fixed } from '../ec57/printf.js';
import type { Annotation } from '../record.js';
import { formatElapsed, formatTime, type RecordClock } from './time-text.js';

/**
 * How a listing of annotations shows their times: `clock` the time of day where the record knows it, else the elapsed time;
 * `elapsed`; or `units`, which is seconds, minutes and hours, and no sample number.
 */
export type AnnotationTimes = 'clock' | 'elapsed' | 'units';

/** The column titles of rdann(1), without line end. */
export function annotationHeading(clock: RecordClock, times: AnnotationTimes = 'clock'): string {
  const titles = '  Type  Sub Chan  Num\tAux';
  if (times === 'units') return `  Seconds   Minutes     Hours${titles}`;
  if (times === 'elapsed') return `Elapsed time  Sample #${titles}`;
  if (clock.baseTime === undefined) return `      Time   Sample #${titles}`;
  return `      Time  ${clock.baseDate === undefined ? '' : '     Date  '}   Sample #${titles}`;
}

/**
 * One line of rdann's listing, without line end: time, sample, mnemonic, subtype, channel, number and text.
 * @param clock of the annotation's `sample`
 * @param shown sample number to show, where the annotation's clock is finer than the record's
 */
export function formatAnnotation(
  annotation: Annotation,
  clock: RecordClock,
  times: AnnotationTimes = 'clock',
  shown = annotation.sample,
): string {
  const { sample, symbol, subtype, channel, number, aux } = annotation;
  const fields = [
    times === 'units' ? inUnits(sample, clock.fs) : timeAndNumber(sample, clock, times, shown),
    symbol.padStart(6),
    String(subtype).padStart(5),
    String(channel).padStart(5),
    String(number).padStart(5),
  ];
  return `${fields.join('')}${aux === '' ? '' : `\t${aux}`}`;
}

function timeAndNumber(sample: number, clock: RecordClock, times: AnnotationTimes, shown: number): string {
  const time = times === 'elapsed' ? formatElapsed(sample, clock.fs) : formatTime(sample, clock);
  return `${time}  ${String(shown).padStart(7)}`;
}

/** Seconds, minutes and hours, with as many decimals as tell neighbouring samples apart. */
function inUnits(sample: number, fs: number): string {
  const column = (seconds: number, least: number): string => {
    const digits = Math.max(least, Math.ceil(Math.log10(fs * seconds)));
    return fixed(sample / (fs * seconds), digits, digits + 9 - least);
  };
  return `${column(1, 3)} ${column(60, 5)} ${column(3600, 7)}`;
}
