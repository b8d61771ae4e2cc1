import type { DiagnosticLog } from '../diagnostic-log.js';
import { EcgError } from '../errors.js';
import type { ReadLimits } from '../limits.js';
import { decodeText } from '../text.js';

/** One signal of an EDF file. */
export interface EdfSignal {
  readonly label: string;
  readonly transducer: string;
  readonly units: string;
  readonly physicalMin: number;
  readonly physicalMax: number;
  readonly digitalMin: number;
  readonly digitalMax: number;
  readonly prefiltering: string;
  readonly samplesPerRecord: number;
  /** Whether it holds EDF+ annotations in place of samples. */
  readonly isAnnotations: boolean;
}

export interface EdfHeader {
  /** `EDF+D` is EDF+ with gaps between data records. */
  readonly variant: 'EDF' | 'EDF+C' | 'EDF+D';
  /** May name the patient: never printed unasked. */
  readonly patient: string;
  readonly recording: string;
  /** `dd.mm.yy` and `hh.mm.ss`, as written. */
  readonly startDate: string;
  readonly startTime: string;
  readonly headerBytes: number;
  /** Data records that the header declares; undefined where it does not know (−1). */
  readonly recordCount: number | undefined;
  /** Seconds of one data record. */
  readonly recordDuration: number;
  readonly signals: readonly EdfSignal[];
}

export const mainHeaderBytes = 256;
const signalHeaderBytes = 256;

/** Bytes of the whole header, from its first 256 bytes. @throws EcgError EDF_SYNTAX, EDF_LIMIT, UNSUPPORTED_FORMAT */
export function edfHeaderSize(main: Uint8Array, where: string, limits: ReadLimits): number {
  const field = reader(main, where);
  if (main[0] === 0xff) {
    throw new EcgError('UNSUPPORTED_FORMAT', 'This is a BDF file (24 bits), not EDF', {
      where,
      byteOffset: 0,
      fix: 'Convert it to EDF first.',
    });
  }
  if (field.text(0, 8) !== '0') throw field.wrong(0, 'The file does not start with EDF version 0');
  const signals = field.whole(252, 4, 'number of signals');
  if (signals < 0 || signals > limits.maxSignals) {
    throw field.wrong(
      252,
      `The header declares ${signals} signals; 0 to ${limits.maxSignals} are accepted`,
      'EDF_LIMIT',
    );
  }
  return mainHeaderBytes + signals * signalHeaderBytes;
}

/**
 * Reads the header of an EDF or EDF+ file (Kemp et al. 1992; Kemp & Olivan 2003, www.edfplus.info).
 * @param bytes as many as {@link edfHeaderSize} says
 * @throws EcgError EDF_SYNTAX, EDF_NUMBER, EDF_SCALE, EDF_LIMIT, each with its byte
 */
export function parseEdfHeader(bytes: Uint8Array, where: string, limits: ReadLimits, log: DiagnosticLog): EdfHeader {
  const field = reader(bytes, where, log);
  const count = (bytes.length - mainHeaderBytes) / signalHeaderBytes;
  const reserved = field.text(192, 44);
  const headerBytes = field.whole(184, 8, 'number of header bytes');
  if (headerBytes !== bytes.length) {
    const message = `The header says it has ${headerBytes} bytes; ${count} signals make ${bytes.length}`;
    log.breach('EDF_HEADER_BYTES', 'warning', message, { where, byteOffset: 184 });
  }
  const recordCount = field.whole(236, 8, 'number of data records');
  const recordDuration = field.decimal(244, 8, 'duration of a data record');
  if (recordDuration < 0) throw field.wrong(244, `A data record lasts ${recordDuration} s`);
  const signals: EdfSignal[] = [];
  for (let i = 0; i < count; i++) {
    const at = (before: number, width: number): number => mainHeaderBytes + before * count + i * width;
    const label = field.text(at(0, 16), 16);
    const samplesPerRecord = field.whole(at(216, 8), 8, `samples of ${label}`);
    if (samplesPerRecord < 1 || samplesPerRecord > limits.maxSamplesPerFrame) {
      throw field.wrong(at(216, 8), `${label} has ${samplesPerRecord} samples in a data record`, 'EDF_LIMIT');
    }
    const signal: EdfSignal = {
      label,
      transducer: field.text(at(16, 80), 80),
      units: field.text(at(96, 8), 8),
      physicalMin: field.decimal(at(104, 8), 8, `physical minimum of ${label}`),
      physicalMax: field.decimal(at(112, 8), 8, `physical maximum of ${label}`),
      digitalMin: field.whole(at(120, 8), 8, `digital minimum of ${label}`),
      digitalMax: field.whole(at(128, 8), 8, `digital maximum of ${label}`),
      prefiltering: field.text(at(136, 80), 80),
      samplesPerRecord,
      isAnnotations: label === 'EDF Annotations',
    };
    const { physicalMin, physicalMax, digitalMin, digitalMax } = signal;
    const isFlat = physicalMin === physicalMax || digitalMin >= digitalMax;
    // Beyond this, scaling would give infinities.
    const isHuge = Math.max(Math.abs(physicalMin), Math.abs(physicalMax)) > 1e100;
    if (!signal.isAnnotations && (isFlat || isHuge)) {
      const range = `${digitalMin} to ${digitalMax} for ${physicalMin} to ${physicalMax}`;
      throw field.wrong(at(104, 8), `${label} has the impossible scale ${range}`, 'EDF_SCALE');
    }
    signals.push(signal);
  }
  return {
    variant: reserved.startsWith('EDF+D') ? 'EDF+D' : reserved.startsWith('EDF+C') ? 'EDF+C' : 'EDF',
    patient: field.text(8, 80),
    recording: field.text(88, 80),
    startDate: field.text(168, 8),
    startTime: field.text(176, 8),
    headerBytes: bytes.length,
    recordCount: recordCount < 0 ? undefined : recordCount,
    recordDuration,
    signals,
  };
}

/** Fixed-width ASCII fields of a header. */
function reader(bytes: Uint8Array, where: string, log?: DiagnosticLog) {
  const text = (from: number, width: number): string => decodeText(bytes.subarray(from, from + width)).text.trim();
  const wrong = (byteOffset: number, message: string, code = 'EDF_SYNTAX'): EcgError =>
    new EcgError(code, message, { where, byteOffset, fix: 'This is no EDF file, or it is damaged: get it again.' });
  const decimal = (from: number, width: number, what: string): number => {
    const found = text(from, width);
    const value = /^[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?$/.test(found)
      ? Number(found.replace(',', '.'))
      : Number.NaN;
    if (!Number.isFinite(value)) throw wrong(from, `The ${what} is ${JSON.stringify(found)}`, 'EDF_NUMBER');
    if (found.includes(',')) {
      log?.breach('EDF_COMMA', 'warning', `The ${what} is written with a comma`, { where, byteOffset: from });
    }
    return value;
  };
  const whole = (from: number, width: number, what: string): number => {
    const value = decimal(from, width, what);
    if (!Number.isSafeInteger(value)) throw wrong(from, `The ${what} is ${value}`, 'EDF_NUMBER');
    return value;
  };
  return { text, decimal, whole, wrong };
}
