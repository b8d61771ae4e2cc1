import type { DiagnosticLog, Position } from '../diagnostic-log.js';
import { quote } from '../text.js';

const TIME = /^(?:(?:\d{1,2}:)?\d{1,2}:)?\d{1,2}(?:\.\d*)?$/;
const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec';

/**
 * Base time and date of a record line. Real databases also write the date before the time, `YYYY-MM-DD`,
 * `05-May-2020` or a year alone: the first three are understood with a diagnostic, what is not is left out with one.
 */
export function parseBaseTime(
  tokens: readonly string[],
  at: Position,
  log: DiagnosticLog,
): { baseTime: string | undefined; baseDate: string | undefined } {
  let baseTime: string | undefined;
  let baseDate: string | undefined;
  for (const token of tokens.slice(0, 2)) {
    const date = parseDate(token);
    if (date !== undefined && baseDate === undefined) {
      if (date !== token) log.breach('HDR_DATE_FORMAT', 'warning', `The date ${token} is not DD/MM/YYYY`, at);
      baseDate = date;
    } else if (TIME.test(token) && baseTime === undefined) {
      if (baseDate !== undefined) log.breach('HDR_DATE_ORDER', 'warning', 'The date is written before the time', at);
      baseTime = token;
    } else {
      const shown = quote(token);
      log.breach('HDR_DATE_FORMAT', 'warning', `${shown} is neither a time nor a date: left out`, at);
    }
  }
  if (tokens.length > 2) log.breach('HDR_EXTRA_FIELDS', 'warning', 'The record line has extra fields: left out', at);
  return { baseTime, baseDate };
}

/** The date as DD/MM/YYYY, or undefined where the text is no date of a form that can be told apart. */
function parseDate(text: string): string | undefined {
  if (/^\d{1,2}\/\d{1,2}\/\d{1,4}$/.test(text)) return text;
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (iso) return `${iso[3]!.padStart(2, '0')}/${iso[2]!.padStart(2, '0')}/${iso[1]}`;
  const named = /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/.exec(text);
  const month = named ? MONTHS.indexOf(named[2]!.toLowerCase()) / 3 + 1 : 0;
  if (named && Number.isInteger(month) && month > 0)
    return `${named[1]!.padStart(2, '0')}/${String(month).padStart(2, '0')}/${named[3]}`;
  return undefined;
}
