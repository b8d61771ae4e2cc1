import { DiagnosticLog } from '../diagnostic-log.js';
import { type Diagnostic, EcgError } from '../errors.js';
import { defaultLimits, type ReadLimits } from '../limits.js';
import { millivoltsPer } from '../physical-units.js';
import type { EcgRecord, Lead } from '../record.js';
import { type RecordSource, readExactly } from '../wfdb/source.js';
import { type EdfAnnotation, parseTals } from './edf-annotations.js';
import { type EdfHeader, type EdfSignal, edfHeaderSize, mainHeaderBytes, parseEdfHeader } from './edf-header.js';

export interface OpenEdfOptions {
  readonly strict?: boolean;
  readonly limits?: Partial<ReadLimits>;
}

export interface ReadEdfOptions extends OpenEdfOptions {
  /**
   * Leads by label. Default: all voltages of the highest sampling rate among them; others are left out with a
   * diagnostic, as a record has one rate.
   */
  readonly leads?: readonly string[];
  /** First sample. Default 0. */
  readonly from?: number;
  /** Sample after the last. Default the end. */
  readonly to?: number;
}

/** Data records that are read at a time, in bytes. */
const CHUNK_BYTES = 2 ** 20;

interface Timeline {
  readonly annotations: EdfAnnotation[];
  /** When each data record starts, in seconds. */
  readonly onsets: number[];
}

/** An EDF or EDF+ file whose header is read. */
export class EdfFile {
  readonly header: EdfHeader;
  /** Whole data records in the file. */
  readonly recordCount: number;
  readonly #source: RecordSource;
  readonly #name: string;
  readonly #log: DiagnosticLog;
  readonly #limits: ReadLimits;
  readonly #recordBytes: number;
  #known: Promise<Timeline> | undefined;

  /** Use {@link openEdf}. */
  constructor(
    source: RecordSource,
    name: string,
    header: EdfHeader,
    recordCount: number,
    log: DiagnosticLog,
    limits: ReadLimits,
  ) {
    this.#source = source;
    this.#name = name;
    this.header = header;
    this.recordCount = recordCount;
    this.#log = log;
    this.#limits = limits;
    this.#recordBytes = recordBytes(header);
  }

  get diagnostics(): Diagnostic[] {
    return this.#log.list();
  }

  /** Samples per second of a signal. */
  rate(signal: EdfSignal): number {
    return signal.samplesPerRecord / this.header.recordDuration;
  }

  /** All annotations of an EDF+ file, in the order of the file. */
  async annotations(): Promise<EdfAnnotation[]> {
    this.#known ??= this.#timeline();
    return (await this.#known).annotations;
  }

  /**
   * Samples of some leads in physical units (mV for voltages); gaps of EDF+D are NaN.
   * @throws EcgError LEAD_NOT_FOUND, LEAD_AMBIGUOUS, EDF_RATES, RANGE, BUDGET, EDF_ORDER
   */
  async read(options: Omit<ReadEdfOptions, keyof OpenEdfOptions> = {}): Promise<EcgRecord> {
    const chosen = this.#choose(options.leads);
    const perRecord = chosen[0]!.signal.samplesPerRecord;
    const fs = this.rate(chosen[0]!.signal);
    const starts = await this.#starts(perRecord, fs);
    const length = this.recordCount === 0 ? 0 : starts(this.recordCount - 1) + perRecord;
    const { from = 0, to = length } = options;
    if (!(Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && from <= to && to <= length)) {
      throw new EcgError('RANGE', `The range ${from} to ${to} is not within the ${length} samples`, {
        where: this.#name,
        fix: `Ask for whole samples with 0 <= from <= to <= ${length}.`,
      });
    }
    const bytes = (to - from) * chosen.length * 8;
    if (bytes > this.#limits.maxBytes) {
      throw new EcgError('BUDGET', `The samples take ${bytes} bytes, over the limit of ${this.#limits.maxBytes}`, {
        where: this.#name,
        fix: 'Read the file in ranges (`from`, `to`) or fewer leads, or raise `limits.maxBytes`.',
      });
    }
    const samples = chosen.map(() => new Float64Array(to - from).fill(Number.NaN));
    let first = 0;
    while (first < this.recordCount && starts(first) + perRecord <= from) first++;
    await this.#eachRecord(first, (record, data) => {
      const start = starts(record) - from;
      if (start + from >= to) return false;
      for (const [index, { signal, byteOffset }] of chosen.entries()) {
        convert(signal, data.subarray(byteOffset), samples[index]!, start);
      }
      return true;
    });
    const leads = chosen.map(({ signal }, index): Lead => {
      const voltage = millivoltsPer(signal.units) !== undefined;
      return { name: signal.label, units: voltage ? 'mV' : signal.units, samples: samples[index]! };
    });
    const name = this.#name.replace(/^.*\//, '').replace(/\.edf$/i, '');
    return { name, fs, length: to - from, leads, comments: [], diagnostics: this.diagnostics };
  }

  #choose(wanted: readonly string[] | undefined): { signal: EdfSignal; byteOffset: number }[] {
    let byteOffset = 0;
    const all = this.header.signals.map((signal) => {
      const entry = { signal, byteOffset };
      byteOffset += signal.samplesPerRecord * 2;
      return entry;
    });
    const ordinary = all.filter(({ signal }) => !signal.isAnnotations);
    const labels = ordinary.map(({ signal }) => signal.label).join(', ');
    if (ordinary.length === 0 || !(this.header.recordDuration > 0)) {
      throw new EcgError('LEAD_NOT_FOUND', 'The file has no signals, or its data records have no duration', {
        where: this.#name,
        fix: 'Read its annotations only.',
      });
    }
    if (wanted === undefined) {
      const voltages = ordinary.filter(({ signal }) => millivoltsPer(signal.units) !== undefined);
      const candidates = voltages.length > 0 ? voltages : ordinary;
      const fastest = Math.max(...candidates.map(({ signal }) => signal.samplesPerRecord));
      const chosen = candidates.filter(({ signal }) => signal.samplesPerRecord === fastest);
      for (const { signal } of ordinary.filter((entry) => !chosen.includes(entry))) {
        this.#log.warn('EDF_LEFT_OUT', `${signal.label} has another rate or is no voltage: left out`, {
          where: this.#name,
        });
      }
      return chosen;
    }
    const chosen = wanted.map((label) => {
      const found = ordinary.filter(({ signal }) => signal.label.toLowerCase() === label.trim().toLowerCase());
      if (found.length === 1) return found[0]!;
      const code = found.length === 0 ? 'LEAD_NOT_FOUND' : 'LEAD_AMBIGUOUS';
      throw new EcgError(code, `${found.length} signals are labelled ${JSON.stringify(label)}`, {
        where: this.#name,
        fix: `The file has: ${labels}.`,
      });
    });
    if (
      chosen.some(({ signal }) => signal.samplesPerRecord !== chosen[0]?.signal.samplesPerRecord) ||
      chosen.length === 0
    ) {
      throw new EcgError('EDF_RATES', 'The leads have different sampling rates, or there are none', {
        where: this.#name,
        fix: `Read leads of one rate together: ${ordinary.map(({ signal }) => `${signal.label} ${this.rate(signal)} Hz`).join(', ')}.`,
      });
    }
    return chosen;
  }

  /** First sample of each data record. */
  async #starts(perRecord: number, fs: number): Promise<(record: number) => number> {
    if (this.header.variant !== 'EDF+D') return (record) => record * perRecord;
    this.#known ??= this.#timeline();
    const { onsets } = await this.#known;
    const starts = onsets.map((onset) => Math.floor((onset - onsets[0]!) * fs + 0.5));
    for (let i = 0; i < starts.length; i++) {
      const earliest = i === 0 ? 0 : starts[i - 1]! + perRecord;
      // Onsets are written with few digits: one sample of overlap is rounding, and the record then starts on time.
      if (starts[i] === earliest - 1) starts[i] = earliest;
      if (!(starts[i]! >= earliest && Number.isSafeInteger(starts[i]))) {
        throw new EcgError('EDF_ORDER', `Data record ${i} starts at ${onsets[i]} s, before the one before it ends`, {
          where: this.#name,
          byteOffset: this.header.headerBytes + i * this.#recordBytes,
          fix: 'The file is damaged: get it again.',
        });
      }
    }
    return (record) => starts[record]!;
  }

  /** Annotations and, for each data record, when it starts. */
  async #timeline(): Promise<Timeline> {
    const annotations: EdfAnnotation[] = [];
    const onsets: number[] = [];
    await this.#eachRecord(0, (record, data, at) => {
      let from = 0;
      let onset: number | undefined;
      for (const signal of this.header.signals) {
        const end = from + signal.samplesPerRecord * 2;
        if (signal.isAnnotations) {
          const found = parseTals(data.subarray(from, end), at + from, this.#name, this.#log);
          onset ??= found.recordOnset;
          for (const annotation of found.annotations) annotations.push(annotation);
          if (annotations.length > this.#limits.maxAnnotations) {
            throw new EcgError('LIMIT', `More than ${this.#limits.maxAnnotations} annotations`, {
              where: this.#name,
              byteOffset: at + from,
              fix: 'Raise `limits.maxAnnotations` if this is a real file.',
            });
          }
        }
        from = end;
      }
      if (onset === undefined && this.header.variant === 'EDF+D') {
        throw new EcgError('EDF_ORDER', `Data record ${record} does not say when it starts`, {
          where: this.#name,
          byteOffset: at,
          fix: 'An EDF+D file needs a time in every data record: the file is damaged.',
        });
      }
      onsets.push(onset ?? record * this.header.recordDuration);
      return true;
    });
    return { annotations, onsets };
  }

  /** Calls back with each data record's bytes and place, until it returns false. */
  async #eachRecord(
    first: number,
    visit: (record: number, data: Uint8Array, byteOffset: number) => boolean,
  ): Promise<void> {
    const size = this.#recordBytes;
    const step = Math.max(1, Math.floor(CHUNK_BYTES / size));
    for (let record = first; record < this.recordCount; record += step) {
      const end = Math.min(record + step, this.recordCount);
      const at = this.header.headerBytes + record * size;
      const bytes = await readExactly(this.#source, this.#name, at, this.header.headerBytes + end * size);
      for (let k = 0; k < end - record; k++) {
        if (!visit(record + k, bytes.subarray(k * size, (k + 1) * size), at + k * size)) return;
      }
    }
  }
}

/** Bytes of one data record. */
function recordBytes({ signals }: EdfHeader): number {
  return signals.reduce((sum, { samplesPerRecord }) => sum + samplesPerRecord * 2, 0);
}

/** 16-bit values to physical ones: (d − dmin) / (dmax − dmin) · (pmax − pmin) + pmin. */
function convert(signal: EdfSignal, data: Uint8Array, out: Float64Array, start: number): void {
  const { digitalMin, digitalMax, physicalMin, physicalMax } = signal;
  const factor = millivoltsPer(signal.units) ?? 1;
  const gain = ((physicalMax - physicalMin) / (digitalMax - digitalMin)) * factor;
  const offset = physicalMin * factor;
  for (let i = 0; i < signal.samplesPerRecord; i++) {
    const place = start + i;
    if (place < 0 || place >= out.length) continue;
    const digital = ((data[2 * i]! | (data[2 * i + 1]! << 8)) << 16) >> 16;
    out[place] = (digital - digitalMin) * gain + offset;
  }
}

/**
 * Opens an EDF or EDF+ file.
 * @throws EcgError FILE_NOT_FOUND, EDF_SYNTAX, EDF_NUMBER, EDF_SCALE, EDF_LIMIT, UNSUPPORTED_FORMAT (BDF)
 */
export async function openEdf(source: RecordSource, name: string, options: OpenEdfOptions = {}): Promise<EdfFile> {
  const limits = { ...defaultLimits, ...options.limits };
  const log = new DiagnosticLog(options.strict);
  const size = await source.size(name);
  const need = async (bytes: number): Promise<Uint8Array> => {
    if (size >= bytes) return readExactly(source, name, 0, bytes);
    throw new EcgError('EDF_SYNTAX', `The file has ${size} bytes, its header alone needs ${bytes}`, {
      where: name,
      byteOffset: size,
      fix: 'This is no EDF file, or it is cut off: get it again.',
    });
  };
  const headerBytes = edfHeaderSize(await need(mainHeaderBytes), name, limits);
  const header = parseEdfHeader(await need(headerBytes), name, limits, log);
  const each = recordBytes(header);
  const available = each === 0 ? 0 : Math.floor((size - headerBytes) / each);
  const declared = header.recordCount ?? available;
  const at = { where: name, byteOffset: size };
  if (declared > available && each > 0) {
    const message = `${declared} data records are declared, the file has ${available}: the rest is missing`;
    log.breach('EDF_TRUNCATED', 'error', message, at);
  } else if (size > headerBytes + declared * each) {
    log.breach('EDF_TRAILING', 'warning', 'Bytes after the last data record are ignored', at);
  }
  return new EdfFile(source, name, header, Math.min(declared, available), log, limits);
}

/** Reads leads of an EDF or EDF+ file. @throws EcgError of {@link openEdf} and {@link EdfFile.read} */
export async function readEdf(source: RecordSource, name: string, options: ReadEdfOptions = {}): Promise<EcgRecord> {
  return (await openEdf(source, name, options)).read(options);
}
