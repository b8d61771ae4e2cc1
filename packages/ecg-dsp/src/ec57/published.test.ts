import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeAnnotations } from '../wfdb/annotation-file.js';
import { beatLine, lineHeadings, shutdownLine } from './format-lines.js';
import { type BeatComparison, compareBeats } from './match.js';
import { sumstats } from './sumstats.js';

const here = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const withS = { supraventricular: true };
const withoutS = { supraventricular: false };

/** Output of bxb -l and sumstats that others have published: test/published/README.md. */
const published = readFileSync(here('test/published/sumstats.txt'), 'utf8');
const table = published.slice(0, published.indexOf('____'));

function compared(record: string): BeatComparison {
  const read = (path: string) => decodeAnnotations(readFileSync(here(path)), { fs: 360 }).annotations;
  return compareBeats(read(`../../data/mitdb-samples/${record}.atr`), read(`test/published/${record}.qrs`), {
    fs: 360,
    length: 650_000,
  });
}

describe('what bxb has printed for published detections', () => {
  it('is printed for the same files, byte for byte', () => {
    expect(table.startsWith(lineHeadings(withoutS).beats)).toBe(true);
    for (const record of ['100', '233']) expect(table).toContain(`\n${beatLine(compared(record), record, withoutS)}`);
  });

  it('has a second table, with its headings in two lines and the beats of each class at the end', () => {
    expect(
      lineHeadings(withoutS).shutdown + shutdownLine(compared('100'), '100', withoutS),
    ).toBe(`Record Nx   Vx   Fx   Qx  % beats  % N    % V    % F   Total Shutdown
                           missed missed missed missed      Time
 100    0    0    0    0     0.00   0.00   0.00      -    0 seconds 1901 0 1 0 0
`);
    expect(shutdownLine(compared('233'), '233', withoutS)).toBe(
      ' 233    0    0    0    0     0.00   0.00   0.00   0.00    0 seconds 1863 0 692 6 0\n',
    );
  });
});

describe('what sumstats has printed', () => {
  it('is printed for the same table, byte for byte', () => {
    expect(sumstats(table)).toBe(published);
    expect(sumstats(table.replaceAll('\n', '\r\n'))).toBe(published);
  });

  it('has averages of the counts, not of the figures that the table shows', () => {
    const line = (found: number, missed: number, share: string): string =>
      ` 1xx     ${found}   0   0   0   0    0   0   0   ${missed}   0   0  ${share} 100.00      -      -  0.000\n`;
    // (50 + 33.33…) / 2 is 41.67, the mean of the shown 50.00 and 33.33 is 41.66.
    expect(sumstats(lineHeadings(withoutS).beats + line(1, 1, '50.00') + line(1, 2, '33.33'))).toMatch(
      /\nAverage +41\.67 100\.00 /,
    );
  });

  it('keeps counts of any size apart, as its users show them', () => {
    const counts = [1_373_572, 22_986, 6177, 0, 8769, 42_816, 199_086, 16_730, 0, 3364];
    const more = [3011, 2461, 97_709, 0, 1101, 11_733, 1221, 1981, 0];
    const figures = '99.16  99.26  79.70  93.70  88.19  75.99';
    const line = `rec1 ${[...counts, ...more].join(' ')} ${figures}  15.46\n`;
    const lines = sumstats(lineHeadings(withS).beats + line).split('\n');
    expect(lines.slice(2)).toEqual([
      '_'.repeat(132),
      'Sum 1373572 22986 6177   0 8769 42816 199086 16730   0 3364 3011 2461 97709   0 1101 11733 1221 1981   0',
      `Gross${' '.repeat(80)}${figures}`,
      `Average${' '.repeat(78)}${figures}  15.46`,
      'Total QRS complexes: 1779483  Total VEBs: 122597  Total SVEBs: 225754',
      '',
      'Summary of results from 1 record',
      '',
    ]);
  });

  it("leaves Fs' out of the S predictivity", () => {
    const counts = [72_061, 1109, 303, 367, 30, 2435, 1514, 248, 1, 3, 79, 106, 5264, 251, 38, 120, 16, 85, 19];
    const line = `mit ${counts.join(' ')} 0 0 0 0 0 0 56.65\n`;
    const lines = sumstats(lineHeadings(withS).beats + line).split('\n');
    expect(lines[3]).toBe('Sum  72061 1109 303 367  30 2435 1514 248   1   3  79 106 5264 251  38 120  16  85  19');
    expect(lines[4]).toBe(`Gross${' '.repeat(80)}99.71  99.92  89.22  95.94  55.15  36.05`);
  });
});
