import { describe, expect, it } from 'vitest';
import { cells } from './cells.fixture.js';
import { marks } from './golden.fixture.js';
import { compareBeats } from './match.js';
import { beatStatistics } from './tables.js';

const from0 = { fs: 360, start: 0, length: 100_000 };

describe('fibrillation and shutdown', () => {
  it('counts no test beat during fibrillation and asks for none', () => {
    const { cells: table, events } = compareBeats(
      marks('500 N, 1000 [, 1200 !, 1400 !, 2000 ], 2500 N'),
      marks('500 N, 1300 V, 2500 N'),
      from0,
    );
    expect(table).toEqual(cells({ Nn: 2 }));
    expect(events.map(({ kind }) => kind)).toEqual(['match', 'uncounted', 'match']);
  });

  it('treats fibrillation that does not end as lasting', () => {
    expect(compareBeats(marks('1000 [, 1200 V'), marks('5000 V'), from0).cells).toEqual(cells({}));
  });

  it('calls a test beat at a flutter wave outside of an episode an extra one', () => {
    expect(compareBeats(marks('1000 !, 2000 N'), marks('1000 V, 2000 N'), from0).cells).toEqual(
      cells({ Ov: 1, Nn: 1 }),
    );
  });

  it('tells beats missed in shutdown from others', () => {
    const reference = marks('1000 N, 2000 N, 3000 V');
    const result = compareBeats(reference, marks('1500 ~48, 2500 ~0, 3000 V'), from0);
    expect(result.cells).toEqual(cells({ No: 1, Nx: 1, Vv: 1 }));
    expect(result.shutdown).toBe(1000);
    expect(beatStatistics(result.cells).missedInShutdown.all).toEqual({ hits: 1, total: 3 });
  });

  it('counts extra beats in the shutdown of the reference apart', () => {
    expect(compareBeats(marks('1500 ~-1, 2500 ~'), marks('2000 N, 3000 N'), from0).cells).toEqual(
      cells({ Xn: 1, On: 1 }),
    );
  });

  it('needs both bits for a shutdown', () => {
    expect(compareBeats(marks('2000 N'), marks('1500 ~16, 2500 ~'), from0).cells).toEqual(cells({ No: 1 }));
  });

  it('reads a lone mark as the AHA Database means it', () => {
    // From a match window after the beat before it to one before the beat after it.
    const test = marks('1000 N, 2000 ~48, 3000 N, 4000 N');
    const result = compareBeats(marks('1000 N, 1054 N, 2946 N, 3000 N'), test, { ...from0, window: 0 });
    expect(result.cells).toEqual(cells({ Nn: 2, Nx: 2, On: 1 }));
    expect(result.shutdown).toBe(2000);
    const usual = compareBeats(marks('1000 N, 1060 N, 2950 N, 3000 N'), test, from0);
    expect(usual.shutdown).toBe(2000 - 2 * 54);
  });

  it('lets a shutdown at the end of the file last from its mark to the end of the record', () => {
    const result = compareBeats(marks('1000 N, 9000 N'), marks('1000 N, 2000 ~48'), {
      fs: 360,
      start: 0,
      length: 10_000,
    });
    expect(result.cells).toEqual(cells({ Nn: 1, Nx: 1 }));
    expect(result.shutdown).toBe(10_000 - 2000);
  });

  it('compares no RR interval across fibrillation or shutdown', () => {
    const steady = marks('1000 N, 1300 N, 1600 N');
    expect(compareBeats(steady, steady, from0).rr.count).toBe(2);
    const broken = marks('1000 N, 1300 N, 1400 ~48, 1500 ~, 1600 N');
    expect(compareBeats(steady, broken, from0).rr.count).toBe(1);
    expect(compareBeats(marks('1000 N, 1100 [, 1200 ], 1300 N, 1600 N'), steady, from0).rr.count).toBe(1);
  });
});
