import type { Device } from '@ecgpu/engine';
import {
  type LabelledRecording,
  labelFigures,
  RhythmClassifier,
  type RhythmFindings,
  type RhythmLabelFigures,
  type RhythmModel,
  type RhythmReference,
  type RhythmScore,
  rhythmClasses,
  scoreRhythms,
} from '@ecgpu/model/rhythm';
import type { Console } from '../output/console.js';

/** What a model finds in each recording. */
export async function findRhythms(
  device: Device,
  { values, shape, contract }: RhythmModel,
  recordings: readonly LabelledRecording[],
  console: Console,
): Promise<RhythmFindings[]> {
  const classifier = new RhythmClassifier(device, values, shape, contract);
  const line = console.progress('recordings');
  try {
    const findings: RhythmFindings[] = [];
    for (const [done, { signal }] of recordings.entries()) {
      line.update(done, recordings.length, signal.record);
      findings.push(await classifier.classify(signal));
    }
    line.end();
    return findings;
  } finally {
    classifier.release();
  }
}

export interface RhythmEvaluation {
  /** The challenge's own figures, one answer a recording. */
  readonly challenge: RhythmScore;
  /** Every label by itself. */
  readonly labels: Readonly<Record<string, RhythmLabelFigures>>;
}

export function evaluateRhythms(
  findings: readonly RhythmFindings[],
  references: readonly RhythmReference[],
): RhythmEvaluation {
  return {
    challenge: scoreRhythms(new Map(findings.map(({ record, answer }) => [record, answer])), references),
    labels: labelFigures(new Map(findings.map(({ record, classes }) => [record, classes])), references),
  };
}

/** Below this many recordings a table says that its figures mean nothing. */
const FEW = 500;

export function rhythmTable({ challenge, labels }: RhythmEvaluation): string {
  const percent = (value: number | null) => (value === null ? '-' : (100 * value).toFixed(1)).padStart(7);
  const lines = ['class     F1 %  | every label by itself: found missed extra   F1 %'];
  for (const name of rhythmClasses) {
    const { found, missed, extra, f1 } = labels[name]!;
    const counts = [found, missed, extra].map((count) => String(count).padStart(6)).join(' ');
    lines.push(`${name.padEnd(7)}${percent(challenge.classes[name])}  |${' '.repeat(22)}${counts}${percent(f1)}`);
  }
  const { AF, block, prematureContraction, stChange } = challenge.groups;
  lines.push(
    '',
    `AF ${percent(AF).trim()}, block ${percent(block).trim()}, premature contraction ${percent(prematureContraction).trim()}, ST change ${percent(stChange).trim()}`,
    challenge.score === null
      ? `no challenge score: a class is neither there nor answered; mean F1 of the others ${percent(challenge.meanOfPresent).trim()} %`
      : `challenge score (mean F1 of the nine classes): ${challenge.score.toFixed(3)}`,
  );
  if (challenge.recordings < FEW) {
    lines.push(`${challenge.recordings} recordings: these figures show that it runs, not how good it is.`);
  }
  return `${lines.join('\n')}\n`;
}
