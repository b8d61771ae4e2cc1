import type { Annotation } from '../record.js';
import { pseudoLabel } from './labels.js';
import { type BeatComparison, type BeatEvent, cellOf } from './match.js';
import { columnOf } from './tables.js';

export interface OutputAnnotationOptions {
  /** Whether S is a class of its own, as with -S, -L and -C, or its beats are N. */
  readonly supraventricular: boolean;
  /**
   * As `bxb -O`: everything of the test file that is no beat is copied too, and beats agree only where their symbols do; a
   * note has the two symbols, with O or X for a beat that one side lacks.
   */
  readonly expanded?: boolean;
}

/**
 * A comparison as annotations to look at beside the signal, as bxb(1) describes those of its options -o and -O: the test's
 * beats that agree with the reference, and a note (`"`) for each one that does not, whose text is the cell of the confusion
 * matrix, for example `Nv` for a normal beat called ventricular. A note about a missed beat stands where the reference has
 * it, any other where the test has it. The note of a beat during fibrillation has `*` for a row.
 *
 * @param test the test annotations that were compared
 * @returns in order of time
 */
export function outputAnnotations(
  comparison: BeatComparison,
  test: readonly Annotation[],
  { supraventricular, expanded = false }: OutputAnnotationOptions,
): Annotation[] {
  const given = new Map<string, Annotation[]>();
  for (const annotation of test) {
    const key = keyOf(annotation);
    given.set(key, [...(given.get(key) ?? []), annotation]);
  }
  const out: Annotation[] = expanded
    ? test.filter(({ symbol }) => pseudoLabel(symbol, comparison.mapping) === undefined)
    : [];
  for (const event of comparison.events) {
    const text = expanded ? symbolsOf(event) : cellName(event, supraventricular);
    if (text !== undefined) {
      out.push({ sample: timeOf(event), symbol: '"', subtype: 0, channel: 0, number: 0, aux: text });
    } else if (event.kind === 'missed') {
      // A flutter wave that nothing is set against agrees with the absence of a beat, and bxb writes the test beat at hand.
      const [beat] = event.test ? (given.get(keyOf(event.test)) ?? []) : [];
      if (beat) out.push(beat);
    } else if (event.kind !== 'uncounted') {
      const copies = given.get(keyOf(event.test))!;
      out.push(copies.length > 1 ? copies.shift()! : copies[0]!);
    }
  }
  return expanded ? out.sort((a, b) => a.sample - b.sample) : inOrder(out);
}

/**
 * Where times do not rise throughout, bxb has sortann(1) put them in order, which keeps the last of several annotations of
 * one time and channel.
 */
function inOrder(annotations: readonly Annotation[]): Annotation[] {
  if (annotations.every(({ sample }, index) => index === 0 || sample > annotations[index - 1]!.sample)) {
    return [...annotations];
  }
  const last = new Map<string, Annotation>();
  for (const annotation of annotations) last.set(`${annotation.sample} ${annotation.channel}`, annotation);
  return [...last.values()].sort((a, b) => a.sample - b.sample || a.channel - b.channel);
}

/** Where a note stands; one about a flutter wave, which is no beat, where the other file has its beat. */
function timeOf(event: BeatEvent): number {
  if (event.kind === 'missed') {
    return event.reference.label === 'O' ? (event.test ?? event.reference).sample : event.reference.sample;
  }
  const reference = event.kind === 'extra' ? null : event.reference;
  return event.test.label === 'O' && reference !== null ? reference.sample : event.test.sample;
}

function keyOf({ sample, symbol }: { readonly sample: number; readonly symbol: string }): string {
  return `${sample} ${symbol}`;
}

/** `Nv`; undefined for a pair that agrees. The row of a test beat during fibrillation is `*`. */
function cellName(event: BeatEvent, supraventricular: boolean): string | undefined {
  const folded = (label: string): string => {
    if (supraventricular) return label;
    return label === 'S' ? 'N' : label === 's' ? 'n' : label;
  };
  const [row, column] = cellOf(event) ?? ['*', event.kind === 'uncounted' ? columnOf(event.test.label) : 'o'];
  return folded(row).toLowerCase() === folded(column) ? undefined : folded(row) + folded(column);
}

function symbolsOf(event: BeatEvent): string | undefined {
  switch (event.kind) {
    case 'match':
      return event.reference.symbol === event.test.symbol
        ? undefined
        : `${event.reference.symbol}/${event.test.symbol}`;
    case 'missed':
      return `${event.reference.symbol}/${event.column.toUpperCase()}`;
    case 'extra':
      return `${event.row}/${event.test.symbol}`;
    case 'uncounted':
      return undefined;
  }
}
