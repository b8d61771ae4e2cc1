import { EcgError, type EcgRecord, type RecordSource, readAnnotations } from '@ecgpu/ecg-dsp';
import { type InputContract, leadCount, windowLength, withoutSecondLead } from '../preprocess/contract.js';
import { findBeats } from '../preprocess/find-beats.js';
import { readLeads, takeLead } from '../preprocess/lead.js';
import { type NetworkInputs, networkWindows } from '../preprocess/network-inputs.js';
import { prepareRecord, type RecordBeats } from '../preprocess/record-beats.js';
import { usableBeats } from '../preprocess/signal-problems.js';
import { type AnnotatedBeats, annotatedBeats, type ClassCounts, countClasses } from './annotated-beats.js';
import { labelFoundBeats } from './label-found-beats.js';

/** Beats of several records in memory, with margins so that training can shift their windows. Index b is one beat. */
export interface BeatSet {
  readonly contract: InputContract;
  readonly count: number;
  /** Samples on each side of the window. */
  readonly margin: number;
  /** [count, margin + window + margin], scaled per record. */
  readonly beats: Float32Array;
  /** [records, margin + window + margin]. */
  readonly templates: Float32Array;
  /** [count, rhythm features]. */
  readonly features: Float32Array;
  /** [count]: AAMI class as an index into `beatLabels`; also classes that the contract does not have, as Q. */
  readonly labels: Uint8Array;
  /** [count]: 1 in atrial fibrillation or flutter. */
  readonly fibrillation: Uint8Array;
  /** [count]: bits of `beatProblem`, 0 for a sound beat. */
  readonly problems: Uint8Array;
  /** [count]: index into `records`. */
  readonly recordOf: Uint16Array;
  /** [count]: R peak, sample index at the record's own rate. */
  readonly peaks: Int32Array;
  readonly records: readonly BeatSetRecord[];
  /** The same beats in their records' second leads, for a contract that looks at two. */
  readonly second?: BeatSet;
}

export interface BeatSetRecord {
  readonly name: string;
  /** Samples per second of the record, to which `peaks` refer. */
  readonly fs: number;
  readonly lead: string;
  /** Its beats in the set, by class. */
  readonly counts: ClassCounts;
  /** Sample index at `fs`: only the beats before it made scale, template and mean interval. Absent: all of them did. */
  readonly learnedUntil?: number;
}

/** One record on its way into a set. */
export interface LabelledRecord {
  readonly name: string;
  readonly fs: number;
  readonly lead: string;
  readonly learnedUntil?: number;
  readonly beats: RecordBeats;
  /** [beats]: indices into `beatLabels`. */
  readonly labels: Uint8Array;
  /** [beats]: 1 in atrial fibrillation or flutter. */
  readonly fibrillation: Uint8Array;
}

/**
 * Puts records together, in their order.
 *
 * @throws EcgError `BEAT_SET` where a record has other than one label a beat, or another margin than the first.
 */
export function joinRecords(records: readonly LabelledRecord[], contract: InputContract): BeatSet {
  const margin = records[0]?.beats.margin ?? 0;
  for (const { name, beats, labels } of records) {
    if (labels.length !== beats.count || beats.margin !== margin) {
      throw new EcgError(
        'BEAT_SET',
        `${name}: ${labels.length} labels, ${beats.count} beats, margin ${beats.margin}.`,
        {
          where: name,
          fix: `Give one label for each beat, and prepare every record with a margin of ${margin}.`,
        },
      );
    }
  }
  const sources = records.map(({ beats }) => beats);
  const perRecord = sources.map(({ count }, record) => new Uint16Array(count).fill(record));
  return {
    contract,
    count: sources.reduce((sum, { count }) => sum + count, 0),
    margin,
    beats: joined(
      sources.map(({ beats }) => beats),
      floats,
    ),
    templates: joined(
      sources.map(({ template }) => template),
      floats,
    ),
    features: joined(
      sources.map(({ features }) => features),
      floats,
    ),
    labels: joined(
      records.map(({ labels }) => labels),
      bytes,
    ),
    fibrillation: joined(
      records.map(({ fibrillation }) => fibrillation),
      bytes,
    ),
    problems: joined(
      sources.map(({ problems }) => problems),
      bytes,
    ),
    recordOf: joined(perRecord, (length) => new Uint16Array(length)),
    peaks: joined(
      sources.map(({ peaks }) => peaks),
      (length) => new Int32Array(length),
    ),
    records: records.map(({ name, fs, lead, learnedUntil, labels }) => ({
      ...{ name, fs, lead, counts: countClasses(labels) },
      ...(learnedUntil === undefined ? {} : { learnedUntil }),
    })),
    ...(leadCount(contract) === 2
      ? { second: joinRecords(records.map(inSecondLead), withoutSecondLead(contract)) }
      : {}),
  };
}

function inSecondLead(record: LabelledRecord): LabelledRecord {
  const { second } = record.beats;
  if (second) return { ...record, beats: second };
  throw new EcgError('BEAT_SET', `${record.name} was prepared without a second lead.`, {
    where: record.name,
    fix: 'Prepare it with the contract of the set.',
  });
}

export interface LoadOptions {
  /** Suffix of the reference annotations. Default `atr`. */
  readonly annotator?: string;
  /** Default 0. */
  readonly margin?: number;
  /** The share of each record, from its start, that scale, template and mean interval are taken from. Default 1. */
  readonly learnedShare?: number;
  /** Changes a record before it is filtered: given its annotated beats, sample indices, and its place in the list. */
  readonly disturb?: (record: EcgRecord, beats: Int32Array, index: number) => EcgRecord;
  /**
   * Also takes each record as if it were another one at the R peaks that `findBeats` finds in it, after all records at the annotated
   * ones: so that a network learns from what it is given where nobody has annotated. Those of a record that is changed are the ones
   * that are found before. For contracts without Q.
   */
  readonly alsoFound?: boolean;
  /** Called before each record is read. */
  readonly onRecord?: (name: string, done: number, total: number) => void;
}

/**
 * Reads, filters and cuts the annotated beats of some records.
 *
 * @throws EcgError `BEAT_SET` where found beats are asked for and Q is a class; of readLeads, readAnnotations and prepareRecord
 */
export async function loadBeatSet(
  source: RecordSource,
  names: readonly string[],
  contract: InputContract,
  { annotator = 'atr', margin = 0, learnedShare = 1, disturb, alsoFound = false, onRecord }: LoadOptions = {},
): Promise<BeatSet> {
  if (alsoFound && contract.classes.includes('Q')) {
    throw new EcgError('BEAT_SET', 'Beats that were found and are no annotated ones would be learned as Q.', {
      where: 'contract.classes',
      fix: 'Take a contract without Q, or annotated beats alone.',
    });
  }
  const records: LabelledRecord[] = [];
  const found: LabelledRecord[] = [];
  for (const [done, name] of names.entries()) {
    onRecord?.(name, done, names.length);
    const record = await readLeads(source, name, contract);
    const { annotations } = await readAnnotations(source, name, annotator, { fs: record.fs });
    const learned = learnedShare < 1 ? { learnedUntil: Math.round(learnedShare * record.length) } : {};
    const annotated = annotatedBeats(annotations, contract.mapping, record.length, name);
    const shown = disturb ? disturb(record, annotated.samples, done) : record;
    const labelled = ({ samples, labels, fibrillation }: AnnotatedBeats): LabelledRecord => {
      const beats = prepareRecord(shown, samples, contract, { margin, ...learned });
      return { name, fs: record.fs, lead: beats.lead, ...learned, beats, labels, fibrillation };
    };
    records.push(labelled(annotated));
    if (!alsoFound) continue;
    const { signal, second } = takeLead(record, contract);
    const peaks = findBeats(signal, second).samples;
    found.push(labelled(labelFoundBeats(record, annotations, peaks, contract.mapping)));
  }
  return joinRecords([...records, ...found], contract);
}

/** Some beats of a set, in the order given, as a set of their own; the records stay, with the beats that are left counted. */
export function selectBeats(set: BeatSet, chosen: ArrayLike<number>): BeatSet {
  const wide = windowLength(set.contract) + 2 * set.margin;
  const indices = Uint32Array.from(chosen);
  const labels = Uint8Array.from(indices, (b) => set.labels[b]!);
  const recordOf = Uint16Array.from(indices, (b) => set.recordOf[b]!);
  return {
    ...set,
    count: indices.length,
    beats: takeRows(set.beats, wide, indices),
    features: takeRows(set.features, set.contract.rhythm.features.length, indices),
    labels,
    fibrillation: Uint8Array.from(indices, (b) => set.fibrillation[b]!),
    problems: Uint8Array.from(indices, (b) => set.problems[b]!),
    recordOf,
    peaks: Int32Array.from(indices, (b) => set.peaks[b]!),
    ...(set.second ? { second: selectBeats(set.second, indices) } : {}),
    records: set.records.map((record, r) => ({
      ...record,
      counts: countClasses(labels.filter((_, i) => recordOf[i] === r)),
    })),
  };
}

/**
 * The beats of both sets, the first's first. Used for a patient's own beats with rehearsal ones.
 *
 * @throws EcgError `BEAT_SET` where the sets were made for different contracts or margins.
 */
export function joinBeatSets(a: BeatSet, b: BeatSet): BeatSet {
  if (JSON.stringify(a.contract) !== JSON.stringify(b.contract) || a.margin !== b.margin) {
    throw new EcgError('BEAT_SET', 'Two sets of beats were prepared in different ways.', {
      where: 'joinBeatSets',
      fix: 'Prepare both with one contract and one margin.',
    });
  }
  const shifted = b.recordOf.map((record) => record + a.records.length);
  return {
    contract: a.contract,
    count: a.count + b.count,
    margin: a.margin,
    beats: joined([a.beats, b.beats], floats),
    templates: joined([a.templates, b.templates], floats),
    features: joined([a.features, b.features], floats),
    labels: joined([a.labels, b.labels], bytes),
    fibrillation: joined([a.fibrillation, b.fibrillation], bytes),
    problems: joined([a.problems, b.problems], bytes),
    recordOf: joined([a.recordOf, shifted], (length) => new Uint16Array(length)),
    peaks: joined([a.peaks, b.peaks], (length) => new Int32Array(length)),
    records: [...a.records, ...b.records],
    ...(a.second && b.second ? { second: joinBeatSets(a.second, b.second) } : {}),
  };
}

/** Beats of each of the contract's classes, in their order. */
export function classCounts({ contract, records }: BeatSet): number[] {
  return contract.classes.map((label) => records.reduce((sum, { counts }) => sum + counts[label], 0));
}

/** What the network is fed for beats `from … to` of a set, as they are. */
export function beatSetInputs(set: BeatSet, from = 0, to = set.count): NetworkInputs {
  const { contract, second } = set;
  const windowsOf = ({ beats, templates, recordOf, margin }: BeatSet) =>
    networkWindows({ beats, templates, recordOf: (b) => recordOf[b]!, margin }, contract, from, to);
  const width = contract.rhythm.features.length;
  return {
    count: to - from,
    windows: windowsOf(set),
    features: set.features.slice(from * width, to * width),
    ...(second
      ? { second: { windows: windowsOf(second), present: usableBeats(second.problems.subarray(from, to)) } }
      : {}),
  };
}

function takeRows(rows: Float32Array, width: number, indices: Uint32Array): Float32Array {
  const taken = new Float32Array(indices.length * width);
  for (const [i, row] of indices.entries()) taken.set(rows.subarray(row * width, (row + 1) * width), i * width);
  return taken;
}

const floats = (length: number) => new Float32Array(length);
const bytes = (length: number) => new Uint8Array(length);

function joined<T extends Float32Array | Uint8Array | Uint16Array | Int32Array>(
  parts: readonly T[],
  empty: (length: number) => T,
): T {
  const whole = empty(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
