import type { DiagnosticLog } from '../diagnostic-log.js';
import { EcgError } from '../errors.js';
import { millivoltsPer } from '../physical-units.js';
import type { Lead } from '../record.js';
import { DAMAGED } from './advice.js';
import { leadName, type SignalSpec, type WfdbHeader } from './header.js';
import { readSignalFile, type SignalTarget } from './read-signal-file.js';
import { type RecordLayout, type RecordPiece, readSegmentHeader, signalInSegment } from './record-pieces.js';
import { ontoGrid } from './sample-grid.js';
import { framesInFile, type ReadContext, type SignalFile, signalFiles } from './signal-file.js';

export type SampleUnits = 'physical' | 'digital';

export interface LeadRequest extends ReadContext {
  readonly folder: string;
  readonly layout: RecordLayout;
  /** Indices into the layout's leads. */
  readonly leads: readonly number[];
  /** Samples a frame in the result. */
  readonly grid: number;
  /** Range in samples of the result. */
  readonly from: number;
  readonly to: number;
  readonly units: SampleUnits;
}

/** A cut-off file's missing end is given as NaN up to this many frames or times what the file has; beyond it is refused. */
const MISSING_FRAMES = 1_000_000;
const MISSING_RATIO = 16;

/** Samples of some leads over a range, from all pieces that it touches; NaN where there are none. */
export async function readLeads(request: LeadRequest): Promise<Lead[]> {
  const { layout, leads, grid, from, to } = request;
  const firstFrame = Math.floor(from / grid);
  const endFrame = Math.ceil(to / grid);
  checkBudget(request, endFrame - firstFrame);
  let allocated: Float64Array[] | undefined;
  // Only once the files are known to be as long as their headers say.
  const outputs = (): Float64Array[] => {
    allocated ??= leads.map(() => new Float64Array((endFrame - firstFrame) * grid).fill(Number.NaN));
    return allocated;
  };
  for (const piece of layout.pieces) {
    const start = Math.max(firstFrame, piece.start);
    const end = Math.min(endFrame, piece.start + piece.length);
    if (start >= end || piece.name === '~') continue;
    await orGap(request, piece, async () => {
      const header = await pieceHeader(request, piece);
      for (const part of await openParts(request, header, piece, end - piece.start)) {
        const offset = (start - firstFrame) * grid;
        await readPart(request, header, part, start - piece.start, end - piece.start, offset, outputs());
      }
    });
  }
  const cut = from - firstFrame * grid;
  return leads.map((lead, index) => {
    const spec = layout.leadHeader.signals[lead]!;
    const physical = request.units === 'physical';
    return {
      name: leadName(layout.leadHeader, lead),
      units: physical ? (millivoltsPer(spec.units) === undefined ? spec.units : 'mV') : 'adu',
      samples: outputs()[index]!.subarray(cut, cut + to - from),
    };
  });
}

/** @throws EcgError BUDGET */
function checkBudget({ layout, leads, grid, limits }: LeadRequest, frames: number): void {
  let perFrame = 0;
  for (const lead of leads) {
    const spf = layout.leadHeader.signals[lead]!.samplesPerFrame;
    perFrame += grid + (spf === grid ? 0 : spf);
  }
  const bytes = perFrame * frames * 8;
  if (bytes <= limits.maxBytes) return;
  throw new EcgError('BUDGET', `The samples take ${bytes} bytes, over the limit of ${limits.maxBytes}`, {
    where: layout.header.name,
    fix: 'Read the record in ranges (`from`, `to`) or fewer leads, or raise `limits.maxBytes`.',
  });
}

/** Header of a piece, with its length checked against the record's. */
async function pieceHeader(request: LeadRequest, piece: RecordPiece): Promise<WfdbHeader> {
  const { layout, source, folder, log, limits } = request;
  if (layout.header.segments === undefined) return layout.header;
  const header = await readSegmentHeader(source, folder, layout.header, piece.name, log, limits);
  if (header.length !== undefined && header.length !== piece.length) {
    const message = `The segment has ${header.length} frames, ${layout.header.name} says ${piece.length}`;
    log.breach('SEG_LEN_MISMATCH', 'warning', message, { where: `${folder}${piece.name}.hea` });
  }
  return header;
}

/** Runs what reads a segment; where a file of it is missing, its samples stay NaN, with a diagnostic. */
async function orGap(request: LeadRequest, piece: RecordPiece, read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    const missing = error instanceof EcgError && error.code === 'FILE_NOT_FOUND' ? error : undefined;
    if (missing === undefined || request.layout.header.segments === undefined) throw error;
    request.log.breach('SEG_MISSING', 'error', `A file of the segment ${piece.name} is missing: its samples are NaN`, {
      where: missing.where ?? piece.name,
    });
  }
}

type SignalFilePart = {
  readonly file: SignalFile;
  readonly frames: number;
  /** Which output each wanted signal of the file goes to. */
  readonly wanted: readonly { readonly signal: number; readonly output: number }[];
};

/** The files of a piece that hold wanted leads, with their sizes checked against what is asked for. */
async function openParts(
  request: LeadRequest,
  header: WfdbHeader,
  piece: RecordPiece,
  end: number,
): Promise<SignalFilePart[]> {
  const { layout, source, folder } = request;
  const parts: SignalFilePart[] = [];
  for (const file of signalFiles(header, folder)) {
    const wanted = request.leads.flatMap((lead, output) => {
      const signal = signalInSegment(layout, header, lead);
      return signal !== undefined && file.signals.includes(signal) ? [{ signal, output }] : [];
    });
    if (wanted.length === 0) continue;
    const frames = await framesInFile(request, header, file);
    if (end > MISSING_FRAMES + frames * MISSING_RATIO) {
      throw new EcgError('SIG_TRUNCATED', `${piece.length} frames are declared, the file has ${frames}`, {
        where: file.path,
        byteOffset: await source.size(file.path),
        fix: `Get the file again, or read no further than \`to: ${frames}\`.`,
      });
    }
    parts.push({ file, frames, wanted });
  }
  return parts;
}

async function readPart(
  request: LeadRequest,
  header: WfdbHeader,
  part: SignalFilePart,
  from: number,
  to: number,
  offset: number,
  outputs: readonly Float64Array[],
): Promise<void> {
  const { layout, log, grid, units } = request;
  const targets: SignalTarget[] = part.wanted.map(({ signal, output }) => {
    const spf = header.signals[signal]!.samplesPerFrame;
    const samples =
      spf === grid
        ? outputs[output]!.subarray(offset, offset + (to - from) * grid)
        : new Float64Array((to - from) * spf).fill(Number.NaN);
    return { signal, samples };
  });
  const sums = await readSignalFile(request, header, part.file, part.frames, targets, from, to);
  for (const [index, { signal, samples }] of targets.entries()) {
    const spec = header.signals[signal]!;
    const { output } = part.wanted[index]!;
    if (from === 0 && to === header.length && part.frames >= to) {
      verify(spec, sums[index]!, leadName(header, signal), part.file.path, log);
    }
    const target = layout.leadHeader.signals[request.leads[output]!]!;
    scale(samples, spec, target, units, log, `${header.name}.hea`);
    if (spec.samplesPerFrame !== grid) {
      const out = outputs[output]!.subarray(offset, offset + (to - from) * grid);
      ontoGrid(samples, spec.samplesPerFrame, out, grid, units === 'digital');
    }
  }
}

function verify(spec: SignalSpec, sum: number, name: string, where: string, log: DiagnosticLog): void {
  if (spec.checksum === undefined || ((spec.checksum - sum) & 0xffff) === 0) return;
  log.breach('SIG_CHECKSUM', 'error', `The samples of ${name} sum to ${sum}, the header says ${spec.checksum}`, {
    where,
    fix: DAMAGED,
  });
}

/** Digital values to physical ones in place; or, where a segment has another gain than its layout, to the layout's. */
function scale(
  samples: Float64Array,
  spec: SignalSpec,
  target: SignalSpec,
  units: SampleUnits,
  log: DiagnosticLog,
  where: string,
): void {
  const ownVolts = millivoltsPer(spec.units);
  const targetVolts = millivoltsPer(target.units);
  if (spec.units !== target.units && (ownVolts === undefined || targetVolts === undefined)) {
    log.breach('SEG_UNITS', 'error', `${spec.units} in a segment, ${target.units} in the record: left out`, { where });
    samples.fill(Number.NaN);
    return;
  }
  const { baseline, gain } = spec;
  const factor = ownVolts ?? 1;
  if (units === 'physical') {
    for (let i = 0; i < samples.length; i++) samples[i] = ((samples[i]! - baseline) / gain) * factor;
  } else if (gain !== target.gain || baseline !== target.baseline || spec.units !== target.units) {
    const ratio = ((target.gain / gain) * factor) / (targetVolts ?? 1);
    for (let i = 0; i < samples.length; i++) {
      samples[i] = Math.floor((samples[i]! - baseline) * ratio + target.baseline + 0.5);
    }
  }
}
