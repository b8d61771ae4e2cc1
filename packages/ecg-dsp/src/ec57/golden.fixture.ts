import type { Annotation } from '../record.js';

/** An annotation with nothing but a time, a symbol and, for `~`, a subtype. */
export function mark(sample: number, symbol: string, subtype = 0): Annotation {
  return { sample, symbol, subtype, channel: 0, number: 0, aux: '' };
}

/** Reads `300 N, 6900 ~48`: offsets, symbols and subtypes. */
export function marks(list: string, offset = 0): Annotation[] {
  return list.split(',').map((item) => {
    const [time = '', symbol = ''] = item.trim().split(' ');
    return mark(Number(time) + offset, symbol[0] ?? '', Number(symbol.slice(1)));
  });
}

export const goldenFs = 360;
export const goldenLength = 120_000;
export const goldenStart = 108_000;

/** One of everything EC57 speaks of, five minutes into a record of 360 Hz. */
export const goldenReference = marks(
  '-360 N, 300 N, 600 L, 900 A, 1200 V, 1500 F, 1800 Q, 2100 e, 2400 j, 2700 /, 3000 N, 3300 V, 3600 N, 3900 !,' +
    '4200 N, 4500 [, 5400 ], 5700 N, 6000 F, 6300 Q, 6600 N, 6900 ~48, 7500 ~, 7800 N, 8100 A, 8400 V, 8700 N',
  goldenStart,
);

export const goldenTest = marks(
  '-360 N, 300 N, 654 N, 900 S, 1200 V, 1500 V, 1800 V, 2100 N, 2400 S, 2700 N, 3055 N, 3300 N, 3450 V, 3600 N,' +
    '3900 V, 4200 V, 4800 V, 5100 N, 5700 N, 6000 N, 6300 S, 6600 N, 7200 N, 7700 ~48, 7790 ~, 7820 N, 8050 ~48,' +
    '8300 ~, 8400 F, 8700 S',
  goldenStart,
);

/** What bxb 10.7.0 prints for it with -S. */
export const goldenStandardReport = `Beat-by-beat comparison results for record ec
Reference annotator: ref
     Test annotator: tst

               Algorithm
        n    s    v    f    q    o    x
   ____________________________________
 N |    6    1    1    0    0    1    0
 S |    1    2    0    0    0    0    1
 V |    1    0    1    1    0    0    0
 F |    1    0    1    0    0    0    0
 Q |    1    1    1    0    0    0    0
 O |    1    0    2    0    0
 X |    1    0    0    0    0

           QRS sensitivity:  90.48% (19/21)
 QRS positive predictivity:  82.61% (19/23)
           VEB sensitivity:  33.33% (1/3)
 VEB positive predictivity:  25.00% (1/4)
          SVEB sensitivity:  50.00% (2/4)
SVEB positive predictivity:  66.67% (2/3)
     RMS RR interval error: 152.03 ms

  Beats missed in shutdown:   0.00% (0/21)
      N missed in shutdown:   0.00% (0/9)
      S missed in shutdown:  25.00% (1/4)
      V missed in shutdown:   0.00% (0/3)
      F missed in shutdown:   0.00% (0/2)
       Total shutdown time:     1 seconds
`;

/** The same with -s: its table and its rates are bxb 10.7.0's, its shutdown counts follow from the table. */
export const goldenReportWithoutS = `Beat-by-beat comparison results for record ec
Reference annotator: ref
     Test annotator: tst

               Algorithm
        n    v    f    q    o    x
   _______________________________
 N |   10    1    0    0    1    1
 V |    1    1    1    0    0    0
 F |    1    1    0    0    0    0
 Q |    2    1    0    0    0    0
 O |    1    2    0    0
 X |    1    0    0    0

           QRS sensitivity:  90.48% (19/21)
 QRS positive predictivity:  82.61% (19/23)
           VEB sensitivity:  33.33% (1/3)
 VEB positive predictivity:  25.00% (1/4)
   VEB false positive rate: 16.667% (3/18)


  Beats missed in shutdown:   4.76% (1/21)
      N missed in shutdown:   7.69% (1/13)
      V missed in shutdown:   0.00% (0/3)
      F missed in shutdown:   0.00% (0/2)
       Total shutdown time:     1 seconds
`;

export const goldenLine =
  '  ec     6   1   2   2   2   1   2   0   1   0   1   0    1   2   2   1   1   0   0' +
  '  90.48  82.61  33.33  25.00  50.00  66.67 152.03\n';
