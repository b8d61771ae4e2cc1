import { describe, expect, it } from 'vitest';
import { condensedReport, discrepancyLine, standardReport } from './format.js';
import { beatLine, lineHeadings, shutdownLine } from './format-lines.js';
import {
  goldenFs,
  goldenLength,
  goldenLine,
  goldenReference,
  goldenReportWithoutS,
  goldenStandardReport,
  goldenTest,
  marks,
} from './golden.fixture.js';
import { compareBeats } from './match.js';

const withS = { supraventricular: true };
const withoutS = { supraventricular: false };
const names = { record: 'ec', reference: 'ref', test: 'tst' };
const golden = compareBeats(goldenReference, goldenTest, { fs: goldenFs, length: goldenLength });

describe('the golden case, byte for byte', () => {
  it('prints the standard report with the supraventricular class', () => {
    expect(standardReport(golden, names, withS)).toBe(goldenStandardReport);
  });

  it('prints the standard report without it', () => {
    expect(standardReport(golden, names, withoutS)).toBe(goldenReportWithoutS);
  });

  it('prints the line', () => {
    expect(beatLine(golden, 'ec', withS)).toBe(goldenLine);
  });

  it('lists the discrepancies', () => {
    const lines = golden.events.map((event) => discrepancyLine(event, withS) ?? '').join('');
    expect(lines).toContain('N(111000)/O(111000)\n');
    expect(lines).toContain('O(111055)/N(111055)\n');
    expect(lines).toContain('*(113700)/V(112800)\n');
    expect(lines).toContain('S(116100)/X(116100)\n');
    expect(lines).toContain('X(115200)/N(115200)\n');
    expect(lines).toContain('N(116700)/S(116700)\n');
    expect(lines.trimEnd().split('\n')).toHaveLength(18);
    // Without the class, three pairs of N and S are no longer at odds.
    const folded = golden.events.map((event) => discrepancyLine(event, withoutS) ?? '').join('');
    expect(folded).not.toContain('N(116700)');
    expect(folded).toContain('N(116100)/X(116100)\n');
  });
});

describe('the output that the WFDB package publishes for its sample record', () => {
  it('is printed byte for byte', () => {
    const beats = marks(Array.from({ length: 74 }, (_, k) => `${100 + 290 * k} N`).join(','));
    const same = compareBeats(beats, beats, { fs: 360, start: 0, length: 21_600 });
    expect(
      standardReport(same, { record: '100s', reference: 'atr', test: 'ann' }, withoutS),
    ).toBe(`Beat-by-beat comparison results for record 100s
Reference annotator: atr
     Test annotator: ann

               Algorithm
        n    v    f    q    o    x
   _______________________________
 N |   74    0    0    0    0    0
 V |    0    0    0    0    0    0
 F |    0    0    0    0    0    0
 Q |    0    0    0    0    0    0
 O |    0    0    0    0
 X |    0    0    0    0

           QRS sensitivity: 100.00% (74/74)
 QRS positive predictivity: 100.00% (74/74)
           VEB sensitivity:      -  (0/0)
 VEB positive predictivity:      -  (0/0)
   VEB false positive rate:  0.000% (0/74)


  Beats missed in shutdown:   0.00% (0/74)
      N missed in shutdown:   0.00% (0/74)
      V missed in shutdown:      -  (0/0)
      F missed in shutdown:      -  (0/0)
       Total shutdown time:     0 seconds
`);
  });
});

describe('the mapping', () => {
  it('is named where it is not the one of the reference comparator', () => {
    const other = compareBeats(goldenReference, goldenTest, {
      fs: goldenFs,
      length: goldenLength,
      mapping: 'dechazal',
    });
    expect(standardReport(other, names, withS).split('\n').slice(0, 5)).toEqual([
      'Beat-by-beat comparison results for record ec',
      'Reference annotator: ref',
      '     Test annotator: tst',
      '      Label mapping: dechazal',
      '',
    ]);
  });
});

describe('line format', () => {
  it('has headings whose columns end where the numbers end', () => {
    for (const options of [withS, withoutS]) {
      const heading = lineHeadings(options).beats;
      const line = beatLine(golden, 'ec', options);
      expect(heading.trimEnd()).toHaveLength(line.trimEnd().length);
    }
  });

  it('has as many columns as headings', () => {
    const heading = lineHeadings(withoutS).beats.replace(/([QVS]) (Se|\+P|FPR)/g, '$1$2');
    expect(beatLine(golden, 'ec', withoutS).trim().split(/\s+/)).toHaveLength(heading.trim().split(/\s+/).length);
    expect(beatLine(golden, 'ec', withoutS)).toBe(
      '  ec    10   2   3   2   1    1   2   2   2   0   0  90.48  82.61  33.33  25.00 16.667\n',
    );
  });

  it('leaves the S beats missed in shutdown out of the share of all beats, as the standard report does', () => {
    expect(shutdownLine(golden, 'ec', withS)).toBe(
      '  ec    0    1    0    0    0     0.00   0.00  25.00   0.00   0.00    1 seconds 9 4 3 2 3\n',
    );
    expect(shutdownLine(golden, 'ec', withoutS)).toBe(
      '  ec    1    0    0    0     4.76   7.69   0.00   0.00    1 seconds 13 0 3 2 3\n',
    );
  });

  it('keeps large counts apart', () => {
    const many = marks(Array.from({ length: 12_000 }, (_, k) => `${k * 300} V`).join(','));
    const none = compareBeats([], many, { fs: 360, start: 0, length: 4_000_000 });
    expect(beatLine(none, '12345', withS).trim().split(/\s+/)).toHaveLength(27);
  });
});

describe('what cannot be divided', () => {
  const empty = compareBeats([], [], { fs: 360, length: 120_000 });

  it('is a dash in the standard report, as the published output of the reference comparator has it', () => {
    expect(standardReport(empty, names, withoutS)).toContain('           VEB sensitivity:      -  (0/0)\n');
    expect(standardReport(empty, names, withoutS)).toContain('   VEB false positive rate:      -  (0/0)\n\n\n');
    expect(standardReport(empty, names, withS)).toContain('     RMS RR interval error:      -\n');
  });

  it('is a dash in the lines', () => {
    expect(beatLine(empty, 'ec', withS)).toMatch(/ 0(?: {6}-){6} {5}-\n$/);
    expect(shutdownLine(empty, 'ec', withoutS)).toBe(
      '  ec    0    0    0    0        -      -      -      -    0 seconds 0 0 0 0 0\n',
    );
  });
});

describe('condensed report', () => {
  it('pools what the line format pools', () => {
    expect(condensedReport(golden, names, withS)).toContain(`         Algorithm
      n+f+q    s    v  o+x
     _____________________
  N  |    6    1    1    1
  S  |    1    2    0    1
  V  |    2    0    1    0
 F+Q |    2    1    2    0
 O+X |    2    0    2

           QRS sensitivity:  90.48% (19/21)
`);
  });
});
