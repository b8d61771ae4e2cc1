import { describe, expect, it } from 'vitest';
import { BEAT_CONTRACT, SEQUENCE_CONTRACT, withSecondLead } from '../preprocess/contract.js';
import { checkFusion, FUSION_CHECK, fusionCheckFor, isForFusionCheck, lackingForFusion } from './fusion-check.js';
import { type MadeUpBeat, madeUp, madeUpRecord } from './made-up-record.fixture.js';

const [N, V, F] = [0, 2, 3];

/** Runs of eleven N and an early V with its pause after it; what is given takes the place of the N at 6, 18, 30 … */
function record(...others: readonly MadeUpBeat[]): MadeUpBeat[] {
  const beats = Array.from({ length: 360 }, (_, beat) =>
    beat % 12 === 11 ? madeUp('V', 'V', 0.7) : beat > 0 && beat % 12 === 0 ? madeUp('N', 'N', 1.3) : madeUp('N'),
  );
  for (const [k, other] of others.entries()) beats[12 * k + 6] = other;
  return beats;
}

const moved = (beats: readonly MadeUpBeat[], present?: (beat: number) => boolean) => {
  const made = madeUpRecord(beats, present);
  return checkFusion(FUSION_CHECK, withSecondLead(SEQUENCE_CONTRACT), made.beats, made.predicted);
};

describe("a record's fusion beats", () => {
  it('are found where they are called N or V and come when N is due', () => {
    expect(moved(record(madeUp('F', 'N'), madeUp('F', 'V'), madeUp('N')))).toEqual([
      { beat: 6, to: F },
      { beat: 18, to: F },
    ]);
  });

  it('stay where they are called so, even where they look all V', () => {
    expect(moved(record(madeUp('F'), madeUp('F', 'F', 0.8), madeUp('V', 'F')))).toEqual([]);
  });

  it('are not made of beats that are called S, come early, or have a pause after them', () => {
    const paused = record(madeUp('F', 'V'));
    paused[7] = madeUp('N', 'N', 1.3);
    expect(moved(paused)).toEqual([]);
    expect(moved(record(madeUp('F', 'S'), madeUp('F', 'V', 0.8)))).toEqual([]);
  });

  it('are N or V again where they look like those', () => {
    expect(moved(record(madeUp('N', 'F'), madeUp('W', 'F', 0.7)))).toEqual([
      { beat: 6, to: N },
      { beat: 18, to: V },
    ]);
  });

  it('are N where the record has too few V to fuse with, and stay where it has no N', () => {
    const regular = (called: MadeUpBeat['called']) => Array.from({ length: 320 }, () => madeUp('N', called));
    const few = Object.assign(regular('N'), { 7: madeUp('F'), 9: madeUp('V', 'V', 0.7) });
    expect(moved(few)).toEqual([{ beat: 7, to: N }]);
    expect(moved(regular('F'))).toEqual([]);
  });

  it('are no more than there are V', () => {
    const beats = record(...Array.from({ length: 29 }, () => madeUp('F', 'N')));
    expect(moved(beats)).toHaveLength(29);
    for (let beat = 2; beat < 320; beat += 12) beats[beat] = madeUp('F', 'N');
    expect(moved(beats)).toEqual([]);
  });

  it('are found in the first lead where the second is absent', () => {
    const beats = record(madeUp('F', 'N'), madeUp('F', 'V'));
    const found = [
      { beat: 6, to: F },
      { beat: 18, to: F },
    ];
    expect(moved(beats, (beat) => beat !== 6)).toEqual(found);
    expect(moved(beats, () => false)).toEqual(found);
  });
});

describe('a check of fusion beats', () => {
  it('is for whole records of many beats', () => {
    const { beats } = madeUpRecord(record());
    expect(isForFusionCheck(FUSION_CHECK, beats)).toBe(true);
    expect(isForFusionCheck(FUSION_CHECK, { ...beats, stretch: true })).toBe(false);
    expect(isForFusionCheck(FUSION_CHECK, { ...beats, count: 299 })).toBe(false);
  });

  it('needs the classes, the channel, the intervals and the width that it looks at', () => {
    const { window, rhythm } = SEQUENCE_CONTRACT;
    expect(fusionCheckFor(BEAT_CONTRACT)).toBe(FUSION_CHECK);
    expect(lackingForFusion({ ...SEQUENCE_CONTRACT, classes: ['N', 'S', 'V'] })).toBe('a class F');
    expect(lackingForFusion({ ...SEQUENCE_CONTRACT, channels: ['beat-template'] })).toMatch(/channel/);
    expect(lackingForFusion({ ...SEQUENCE_CONTRACT, rhythm: { ...rhythm, features: [] } })).toMatch(/feature/);
    const narrow = { ...SEQUENCE_CONTRACT, window: { ...window, after: 40 } };
    expect(lackingForFusion(narrow)).toMatch(/wide/);
    expect(fusionCheckFor(narrow)).toBeUndefined();
  });
});
