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
      const { sample } = event.kind === 'missed' ? event.reference : event.test;
      out.push({ sample, symbol: '"', subtype: 0, channel: 0, number: 0, aux: text });
    } else if (event.kind === 'match') out.push(given.get(keyOf(event.test))!.shift()!);
  }
  return out.sort((a, b) => a.sample - b.sample);
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
  return event.kind === 'match' && folded(row).toLowerCase() === folded(column)
    ? undefined
    : folded(row) + folded(column);
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
