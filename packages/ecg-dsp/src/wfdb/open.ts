import { DiagnosticLog } from '../diagnostic-log.js';
import { type Diagnostic, EcgError } from '../errors.js';
import { defaultLimits, type ReadLimits } from '../limits.js';
import type { EcgRecord } from '../record.js';
import { splitPath } from './file-name.js';
import { leadName, type SignalSpec, type WfdbHeader } from './header.js';
import { findLeads } from './lead-choice.js';
import { readLeads, type SampleUnits } from './read-leads.js';
import { layOut, type RecordLayout, readHeader, recordPath } from './record-pieces.js';
import type { SampleDecoder } from './sample-decoder.js';
import { framesInFile, type ReadContext, signalFiles } from './signal-file.js';
import type { RecordSource } from './source.js';

export interface OpenOptions {
  /** Throws on anything that breaks the format. Otherwise reading goes on, with a diagnostic, where nothing is guessed. */
  readonly strict?: boolean;
  readonly limits?: Partial<ReadLimits>;
  /** Reader of formats 508, 516 and 524: `flacSamples` of `@ecgpu/ecg-dsp/formats`. Default the source's own. */
  readonly flac?: SampleDecoder;
}

export interface RangeOptions {
  /** Leads by name (`MLII`) or index; all where left out. */
  readonly leads?: readonly (string | number)[];
  /** First sample. Default 0. */
  readonly from?: number;
  /** Sample after the last. Default the end of the record. */
  readonly to?: number;
  /** `physical` (default; voltages in mV) or `digital` (ADC units as stored). */
  readonly units?: SampleUnits;
  /**
   * Where signals have several samples in a frame: false (default) gives their mean, at the frame rate, and none where one
   * of them is missing; true gives the rate of the record's fastest signal and repeats the samples of slower ones. As the
   * WFDB tools do.
   */
  readonly highResolution?: boolean;
}

/** What is known of a lead before its samples are read; in a record of several segments, as the first or the layout has it. */
export interface LeadInfo extends SignalSpec {
  readonly name: string;
}

/** A record whose header is read and whose samples are read in ranges, as often as wanted. */
export class WfdbRecord {
  readonly name: string;
  readonly header: WfdbHeader;
  /** Frames per second. */
  readonly fs: number;
  /** Length in frames. */
  readonly length: number;
  readonly leads: readonly LeadInfo[];
  readonly #context: ReadContext;
  readonly #folder: string;
  readonly #layout: RecordLayout;

  /** Use {@link openRecord}. */
  constructor(context: ReadContext, folder: string, layout: RecordLayout, length: number) {
    this.#context = context;
    this.#folder = folder;
    this.#layout = layout;
    this.header = layout.header;
    this.name = layout.header.name;
    this.fs = layout.header.fs;
    this.length = length;
    this.leads = layout.leadHeader.signals.map((signal, index) => ({
      ...signal,
      name: leadName(layout.leadHeader, index),
    }));
  }

  /** What was odd so far. */
  get diagnostics(): Diagnostic[] {
    return this.#context.log.list();
  }

  /**
   * Indices into {@link leads} of leads named or numbered; all where left out.
   * @throws EcgError LEAD_NOT_FOUND, LEAD_AMBIGUOUS
   */
  leadIndices(wanted?: readonly (string | number)[]): number[] {
    return findLeads(this.#layout.leadHeader, wanted);
  }

  /**
   * Samples `[from, to)` of some leads.
   * @throws EcgError LEAD_NOT_FOUND, LEAD_AMBIGUOUS, RANGE, BUDGET, FILE_NOT_FOUND, SIG_TRUNCATED, UNSUPPORTED_FORMAT
   */
  async read(options: RangeOptions = {}): Promise<EcgRecord> {
    const grid = options.highResolution ? Math.max(1, ...this.leads.map(({ samplesPerFrame }) => samplesPerFrame)) : 1;
    const length = this.length * grid;
    const { from = 0, to = length } = options;
    if (!(Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && from <= to && to <= length)) {
      throw new EcgError('RANGE', `The range ${from} to ${to} is not within the ${length} samples`, {
        where: this.name,
        fix: 'Ask for whole numbers, from at most to.',
      });
    }
    const leads = await readLeads({
      ...this.#context,
      folder: this.#folder,
      layout: this.#layout,
      leads: this.leadIndices(options.leads),
      grid,
      from,
      to,
      units: options.units ?? 'physical',
    });
    return {
      name: this.name,
      fs: this.fs * grid,
      length: to - from,
      leads,
      comments: this.header.comments,
      diagnostics: this.diagnostics,
    };
  }
}

/**
 * Reads a record's header and finds out its length.
 * @param name record name, with folders and `.hea` if wanted: `100`, `mitdb/100`, `100.hea`
 * @throws EcgError of the header; FILE_NOT_FOUND
 */
export async function openRecord(source: RecordSource, name: string, options: OpenOptions = {}): Promise<WfdbRecord> {
  const limits = { ...defaultLimits, ...options.limits };
  const log = new DiagnosticLog(options.strict);
  const context: ReadContext = { source, flac: options.flac ?? source.flac, log, limits };
  const { folder } = splitPath(recordPath(name));
  const header = await readHeader(source, name, { strict: log.strict, limits });
  log.include(header.diagnostics);
  const layout = await layOut(source, folder, header, log, limits);
  if (header.segments !== undefined) {
    const end = layout.pieces.reduce((sum, { length }) => sum + length, 0);
    return new WfdbRecord(context, folder, layout, end);
  }
  let length = header.length;
  if (length === undefined) {
    length = 0;
    for (const file of signalFiles(header, folder)) {
      length = Math.max(length, await framesInFile(context, header, file));
    }
  }
  const pieces = [{ start: 0, length, name: header.name }];
  return new WfdbRecord(context, folder, { ...layout, pieces }, length);
}
