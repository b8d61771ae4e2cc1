import { EcgError } from '@ecgpu/ecg-dsp';
import { type RhythmClass, rhythmClasses } from './classes.js';

/** What experts found in a recording: one to three classes, the first one first. */
export interface RhythmReference {
  readonly record: string;
  readonly classes: readonly [RhythmClass, ...RhythmClass[]];
}

/** More recordings than this are no file of the challenge (it has 6,877). */
const MOST = 1_000_000;

/**
 * The labels of the China Physiological Signal Challenge 2018, from its REFERENCE.csv: a name and up to three class numbers
 * from 1 to 9 a line. The challenge's own file has one recording with the same label twice (A0953).
 *
 * @throws EcgError `REFERENCE_SYNTAX` with the line.
 */
export function readReferenceFile(text: string, where = 'REFERENCE.csv'): RhythmReference[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const fault = (line: number, message: string) =>
    new EcgError('REFERENCE_SYNTAX', `${message} in ${where}`, {
      where,
      line,
      fix: 'Write Recording,First_label,Second_label,Third_label, and class numbers from 1 to 9 below them.',
    });
  if (!/^recording,first_label(,second_label)?(,third_label)?$/i.test(lines[0]!.trim())) {
    throw fault(1, 'There is no line of column names');
  }
  if (lines.length > MOST) throw fault(MOST, `There are more than ${MOST} lines`);
  const seen = new Set<string>();
  const references: RhythmReference[] = [];
  for (const [index, content] of lines.slice(1).entries()) {
    if (content.trim() === '') continue;
    const line = index + 2;
    const [record = '', ...labels] = content.split(',').map((cell) => cell.trim());
    if (!/^[\w-]{1,64}$/.test(record)) throw fault(line, 'A recording has no usable name');
    if (seen.has(record)) throw fault(line, `${record} stands twice`);
    seen.add(record);
    // Which one is the first counts in the challenge's score, so that an empty cell before another is no slip to pass over.
    const given = labels.join().replace(/,+$/, '').split(',');
    const classes = given.map((label) => classOf(label));
    const [first, ...others] = classes;
    if (first === undefined || labels.length > 3 || classes.includes(undefined)) {
      throw fault(line, `${record} has no one to three class numbers from 1 to 9, the first one first`);
    }
    references.push({ record, classes: [first, ...(others as RhythmClass[])] });
  }
  return references;
}

function classOf(label: string): RhythmClass | undefined {
  return /^[1-9]$/.test(label) ? rhythmClasses[Number(label) - 1] : undefined;
}
