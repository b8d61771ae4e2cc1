import { readdirSync } from 'node:fs';
import { describe, expect, it, type TestContext } from 'vitest';
import { dataFolder } from '../../test/data-folder.js';
import { folderSource } from '../node/folder-source.js';
import type { Annotation } from '../record.js';
import { decodeAnnotations } from '../wfdb/annotation-file.js';
import { encodeAnnotations } from '../wfdb/encode-annotations.js';
import { readAnnotations } from '../wfdb/read.js';
import { mark } from './golden.fixture.js';
import { type MappingName, pseudoLabel } from './labels.js';
import { compareBeats, rmsRrError } from './match.js';
import { compareRuns, runStatistics } from './runs.js';
import { summarizeComparisons } from './summary.js';
import { beatStatistics, percent } from './tables.js';

const length = 650_000;
const fs = 360;
const testSet = '100 103 105 111 113 117 121 123 200 202 210 212 213 214 219 221 222 228 231 232 233 234'.split(' ');

async function atr(context: TestContext, record: string): Promise<readonly Annotation[]> {
  return (await readAnnotations(folderSource(dataFolder(context, 'mitdb')), record, 'atr')).annotations;
}

describe('MIT-BIH', () => {
  it('100 against itself has the counts that bxb 10.7.0 prints', async (context) => {
    const reference = await atr(context, '100');
    const { cells } = compareBeats(reference, reference, { fs, length });
    expect([cells.N.n, cells.S.s, cells.V.v]).toEqual([1872, 29, 1]);
    const whole = compareBeats(reference, reference, { fs, length, start: 0 });
    expect([whole.cells.N.n, whole.cells.S.s, whole.cells.V.v]).toEqual([2239, 33, 1]);
    expect(rmsRrError(whole)).toBe(0);
  });

  it('every record agrees with itself', async (context) => {
    for (const record of testSet) {
      const reference = await atr(context, record);
      const { cells, rr } = compareBeats(reference, reference, { fs, length });
      const { qrsSensitivity, qrsPredictivity } = beatStatistics(cells);
      expect([percent(qrsSensitivity), percent(qrsPredictivity)], record).toEqual([100, 100]);
      expect(rr.sumOfSquares, record).toBe(0);
    }
  });

  it('has 91,285 beats after the first five minutes of its 48 records', async (context) => {
    const folder = dataFolder(context, 'mitdb');
    const names = readdirSync(folder).filter((name) => /^\d+\.atr$/.test(name));
    const all = [];
    for (const name of names) {
      const reference = await atr(context, name.slice(0, 3));
      all.push(compareBeats(reference, reference, { fs, length }));
    }
    const { records, cells, figures } = summarizeComparisons(all);
    expect([records, beatStatistics(cells).qrsSensitivity]).toEqual([48, { hits: 91_285, total: 91_285 }]);
    expect(figures.svebPredictivity).toMatchObject({ gross: 100, average: 100 });
  });

  it('has 213 escape beats in DS2 that the two mappings put in different classes', async (context) => {
    const supraventricular = async (mapping: MappingName): Promise<number> => {
      let sum = 0;
      for (const record of testSet) {
        for (const { symbol } of await atr(context, record)) sum += pseudoLabel(symbol, mapping) === 'S' ? 1 : 0;
      }
      return sum;
    };
    expect(await supraventricular('ec57')).toBe(2050);
    expect(await supraventricular('dechazal')).toBe(1837);
  });

  it('201 has the supraventricular runs that users of rxr publish', async (context) => {
    const reference = await atr(context, '201');
    const statistics = runStatistics(compareRuns(reference, reference, { fs, length, kind: 'S' }));
    expect(statistics.coupletSensitivity).toEqual({ hits: 21, total: 21 });
    expect(statistics.shortSensitivity).toEqual({ hits: 3, total: 3 });
    // Episodes of atrial fibrillation, one of which a beat breaks off: rxr misses it in the file itself.
    expect(statistics.longSensitivity).toEqual({ hits: 3, total: 4 });
  });

  it('is scored on the record clock where the test file keeps another one', async (context) => {
    const reference = await atr(context, '100');
    const beats = reference.filter(({ symbol }) => pseudoLabel(symbol) !== undefined);
    const at250 = beats.map(({ sample, symbol }) => mark(Math.round((sample * 250) / 360), symbol));
    const file = encodeAnnotations(at250, { fs: 250 });
    const test = decodeAnnotations(file, { fs }).annotations;
    const { cells } = compareBeats(reference, test, { fs, length, start: 0 });
    expect(beatStatistics(cells).qrsSensitivity).toEqual({ hits: 2273, total: 2273 });
  });
});
