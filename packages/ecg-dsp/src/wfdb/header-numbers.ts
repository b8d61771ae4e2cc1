import type { DiagnosticLog, Position } from '../diagnostic-log.js';
import { EcgError } from '../errors.js';
import { quote } from '../text.js';
import { DAMAGED } from './advice.js';

/** A decimal number with optional exponent: what C's scanf reads, without its `nan`, `inf` and hexadecimal forms. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?$/;

/** @throws EcgError HDR_NUMBER */
export function number(text: string, what: string, at: Position): number {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new EcgError('HDR_NUMBER', `The ${what} ${quote(text)} is not a finite number`, {
    ...at,
    fix: DAMAGED,
  });
}

/** A whole number; one written as `16.0` is accepted with a diagnostic. @throws EcgError HDR_NUMBER */
export function integer(text: string, what: string, at: Position, log: DiagnosticLog): number {
  const value = number(text, what, at);
  if (!Number.isSafeInteger(value)) {
    throw new EcgError('HDR_NUMBER', `The ${what} ${quote(text)} is not a whole number`, {
      ...at,
      fix: DAMAGED,
    });
  }
  if (!/^[+-]?\d+$/.test(text)) log.breach('HDR_NUMBER', 'warning', `The ${what} is written as ${text}`, at);
  return value;
}
