import type { WfdbHeader } from './header.js';

/** What a header says of time. */
export type RecordClock = Pick<WfdbHeader, 'fs' | 'baseTime' | 'baseDate'>;

const DAY = 86_400_000;

/**
 * A time as the WFDB tools print it: hours, minutes, seconds and milliseconds from the start of the record, or the time of
 * day in brackets where the header has one, with the date or else the days gone by.
 * @param sample at the clock's rate
 */
export function formatTime(sample: number, clock: RecordClock): string {
  if (clock.baseTime === undefined) return formatElapsed(sample, clock.fs);
  const { time, date } = timeOfDay(sample, clock);
  return `[${clockText(time, '0')}${date}]`;
}

/** Time from the start of the record, at least 12 letters wide: `    0:00.050`, ` 1:00:00.000`. */
export function formatElapsed(sample: number, fs: number): string {
  return clockText(millisecondsOf(sample, fs), ' ');
}

/** The time of day as rdsamp(1) prints it: where samples are a second or more apart and the date is known, whole seconds. */
export function formatTimeOfDay(sample: number, clock: RecordClock): string {
  if (!inWholeSeconds(clock)) return formatTime(sample, clock);
  const { time, date } = timeOfDay(sample, clock);
  return `[${clockText(time, '0').slice(0, -4)}${date}]`;
}

/** Whether {@link formatTimeOfDay} leaves out the milliseconds. */
export function inWholeSeconds({ fs, baseTime, baseDate }: RecordClock): boolean {
  return fs <= 1 && baseTime !== undefined && baseDate !== undefined;
}

function millisecondsOf(sample: number, fs: number): number {
  return Math.floor((sample * 1000) / fs + 0.5);
}

/** Milliseconds since midnight, and the date as it is written behind them. */
function timeOfDay(sample: number, { fs, baseTime = '0', baseDate = '' }: RecordClock): { time: number; date: string } {
  const start = baseTime.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  const time = millisecondsOf(sample, fs) + Math.floor(start * 1000 + 0.5);
  const days = Math.floor(time / DAY);
  const within = time - days * DAY;
  const date = /^(\d+)\/(\d+)\/(\d+)$/.exec(baseDate);
  if (date === null) return { time: within, date: days === 0 ? '' : ` ${days}` };
  const day = new Date(0);
  day.setUTCFullYear(Number(date[3]), Number(date[2]) - 1, Number(date[1]) + days);
  const two = (value: number): string => String(value).padStart(2, '0');
  const year = String(day.getUTCFullYear()).padStart(4, '0');
  return { time: within, date: ` ${two(day.getUTCDate())}/${two(day.getUTCMonth() + 1)}/${year}` };
}

/** `H:MM:SS.mmm`; without an hour, the hour's place is blank, unless `pad` fills it. */
function clockText(ms: number, pad: ' ' | '0'): string {
  const field = (value: number, width: number): string => String(value).padStart(width, '0');
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const rest = `${field(Math.floor(ms / 1000) % 60, 2)}.${field(ms % 1000, 3)}`;
  if (hours === 0 && pad === ' ') return `   ${String(minutes).padStart(2)}:${rest}`;
  return `${String(hours).padStart(2, pad)}:${field(minutes, 2)}:${rest}`;
}
