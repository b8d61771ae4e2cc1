import {
  detectBeats,
  type EcgRecord,
  isBeatSymbol,
  type Lead,
  type RecordSource,
  readAnnotations,
} from '@ecgpu/ecg-dsp';

import type { Console } from '../output/console.js';
import { warnOf } from '../output/diagnostics.js';

/** The beats of a record, rising, and what each is called. */
export interface NamedBeats {
  readonly samples: readonly number[];
  /** WFDB symbols; absent where the beats were found by a detector, which does not tell their kinds apart. */
  readonly symbols?: readonly string[];
}

/** Beats of an annotation file, which must be there. @throws EcgError of readAnnotations */
export async function beatsOfAnnotator(
  source: RecordSource,
  record: string,
  annotator: string,
  fs: number,
  console: Console,
): Promise<Required<NamedBeats>> {
  const { annotations, diagnostics } = await readAnnotations(source, record, annotator, { fs });
  warnOf(diagnostics, record, console);
  const beats = annotations.filter(({ symbol }) => isBeatSymbol(symbol));
  return { samples: beats.map(({ sample }) => sample), symbols: beats.map(({ symbol }) => symbol) };
}

/** Beats that the default detector finds in a lead. */
export function beatsFound(lead: Lead, record: EcgRecord, console: Console): NamedBeats {
  const { samples, diagnostics } = detectBeats(lead.samples, record.fs);
  warnOf(diagnostics, record.name, console);
  return { samples: [...samples] };
}
