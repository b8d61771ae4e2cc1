import type { DiagnosticLog, Position } from '../diagnostic-log.js';
import { EcgError } from '../errors.js';
import type { ReadLimits } from '../limits.js';
import { placeOf, quote, type TextLine } from '../text.js';
import { DAMAGED } from './advice.js';
import { checkFileName } from './file-name.js';
import { defaultAdcResolution, type SignalSpec } from './header.js';
import { integer, number } from './header-numbers.js';
import { flacBits, isSignalFormat, rawFormats } from './signal-formats.js';

/**
 * Reads one signal line:
 * `file format[xSPF][:skew][+offset] [gain[(baseline)][/units] [adcres [adczero [initval [cksum [blocksize [name]]]]]]]`.
 */
export function parseSignalLine(line: TextLine, where: string, limits: ReadLimits, log: DiagnosticLog): SignalSpec {
  const at: Position = placeOf(line, where);
  const fields = /^(\S+)[ \t]+(\S+)(?:[ \t]+(.*))?$/.exec(line.text);
  if (fields === null) {
    throw new EcgError('HDR_SYNTAX', `${quote(line.text)} is not a signal line`, {
      ...at,
      fix: 'A signal line reads: file format gain resolution zero first-value checksum block-size name.',
    });
  }
  const file = fields[1]!;
  if (file !== '~') checkFileName(file, where, line.line);
  const storage = parseStorage(fields[2]!, at, limits, log);
  const [gainToken, resolution, zero, initial, checksum, block, description] = splitFields(fields[3] ?? '', 6);
  const scale = parseScale(gainToken, at, log);
  const optional = (text: string | undefined, what: string): number | undefined =>
    text === undefined ? undefined : integer(text, what, at, log);
  const adcZero = optional(zero, 'ADC zero') ?? 0;
  const adcResolution = optional(resolution, 'ADC resolution');
  if (adcResolution === 0) log.warn('HDR_ADCRES_ZERO', 'The ADC resolution is 0', at);
  return {
    file,
    ...storage,
    ...scale,
    baseline: scale.baseline ?? adcZero,
    adcResolution: adcResolution || defaultAdcResolution(storage.format),
    adcZero,
    initialValue: optional(initial, 'initial value') ?? adcZero,
    checksum: optional(checksum, 'checksum'),
    blockSize: optional(block, 'block size') ?? 0,
    description,
  };
}

/** The first `count` blank-separated fields and, last, all that follows them. */
function splitFields(text: string, count: number): (string | undefined)[] {
  const fields: (string | undefined)[] = [];
  let rest = text;
  for (let i = 0; i < count; i++) {
    const [, field, after = ''] = /^(\S+)(?:[ \t]+(.*))?$/.exec(rest) ?? [];
    fields.push(field);
    rest = field === undefined ? '' : after;
  }
  fields.push(rest === '' ? undefined : rest);
  return fields;
}

function parseStorage(token: string, at: Position, limits: ReadLimits, log: DiagnosticLog) {
  const match = /^(\d{1,9})((?:[x:+]-?\d{1,15})*)$/.exec(token);
  if (match === null) {
    throw new EcgError('HDR_SYNTAX', `${quote(token)} is not a signal format`, {
      ...at,
      fix: 'It reads: format, x samples per frame, : skew, + byte offset, for example 16x4:2+24.',
    });
  }
  const format = Number(match[1]);
  if (!isSignalFormat(format)) {
    throw new EcgError('SIG_FMT_UNKNOWN', `There is no signal format ${format}`, {
      ...at,
      fix: `There are ${[0, ...rawFormats.keys(), ...flacBits.keys()].join(', ')}.`,
    });
  }
  let samplesPerFrame = 1;
  let skew = 0;
  let byteOffset = 0;
  for (const [, mark, digits] of match[2]!.matchAll(/([x:+])(-?\d+)/g)) {
    const value = integer(digits!, 'format modifier', at, log);
    if (mark === 'x') samplesPerFrame = value;
    else if (mark === ':') skew = value;
    else byteOffset = value;
  }
  if (samplesPerFrame < 1 || samplesPerFrame > limits.maxSamplesPerFrame || skew < 0 || byteOffset < 0) {
    throw new EcgError('HDR_LIMIT', `The format ${quote(token)} is out of range`, {
      ...at,
      fix: `Samples per frame are 1 to ${limits.maxSamplesPerFrame}, skew and byte offset are 0 or more.`,
    });
  }
  return { format, samplesPerFrame, skew, byteOffset };
}

function parseScale(token: string | undefined, at: Position, log: DiagnosticLog) {
  if (token === undefined) return { gain: 200, calibrated: false, baseline: undefined, units: 'mV' };
  const match = /^([^(/]*)(?:\(([^)]*)\))?(?:\/(.+))?$/.exec(token);
  if (match === null) {
    throw new EcgError('HDR_SYNTAX', `${quote(token)} is not a gain`, {
      ...at,
      fix: 'It reads: gain(baseline)/units, for example 200(1024)/mV.',
    });
  }
  const gain = number(match[1]!, 'gain', at);
  if (gain !== 0 && !(Math.abs(gain) > 1e-200)) {
    throw new EcgError('HDR_NUMBER', `The gain ${gain} is too small`, {
      ...at,
      fix: DAMAGED,
    });
  }
  if (gain === 0) log.warn('HDR_GAIN_ZERO', 'The signal is not calibrated: 200 units per mV are assumed', at);
  return {
    gain: gain === 0 ? 200 : gain,
    calibrated: gain !== 0,
    baseline: match[2] === undefined ? undefined : integer(match[2], 'baseline', at, log),
    units: match[3] ?? 'mV',
  };
}
