import { describe, expect, it } from 'vitest';
import { makeAnnotations, makeRecord, text } from '../../test/independent-wfdb-writer.js';
import { checkRecord } from './check.js';
import { memorySource } from './source.js';

const wave = Array.from({ length: 1000 }, (_, i) => Math.round(150 * Math.sin(i / 8)));
const good = makeRecord('g', 100, [{ samples: wave, format: 16, name: 'MLII' }]);
const check = async (files: Record<string, Uint8Array>, annotators?: string[]): Promise<string[]> => {
  const found = await checkRecord(memorySource({ ...good, ...files }), 'g', annotators ? { annotators } : {});
  return found.map(({ code, severity }) => `${severity} ${code}`);
};

describe('checking records', () => {
  it('finds nothing wrong with a sound record', async () => {
    expect(await check({ 'g.atr': makeAnnotations([{ time: 5, code: 1 }]) })).toEqual([]);
  });

  it.each([
    ['error FILE_NOT_FOUND', { 'g.hea': text('g 1 100 10\nh.dat 16') }],
    ['error SIG_TRUNCATED', { 'g.dat': good['g.dat']!.subarray(0, 100) }],
    ['warning SIG_TRAILING', { 'g.dat': Uint8Array.from([...good['g.dat']!, 1, 2, 3]) }],
    ['error SIG_CHECKSUM', { 'g.dat': Uint8Array.from(good['g.dat']!, (byte, i) => (i === 4 ? byte ^ 1 : byte)) }],
    ['warning SIG_INITVAL', { 'g.dat': Uint8Array.from(good['g.dat']!, (byte, i) => (i === 0 ? byte ^ 1 : byte)) }],
    ['warning SIG_FLATLINE', makeRecord('g', 100, [{ samples: [9, 9, 9], format: 16, name: 'I' }])],
    ['warning SIG_ALL_INVALID', makeRecord('g', 100, [{ samples: [-32768], format: 16, name: 'I' }])],
    ['warning SIG_UNIT_SUSPECT', makeRecord('g', 100, [{ samples: wave, format: 16, name: 'I', gain: '200/uV' }])],
    ['warning SIG_UNIT_SUSPECT', makeRecord('g', 100, [{ samples: wave, format: 16, name: 'I', gain: '200/V' }])],
    ['warning SIG_OUT_OF_ADC_RANGE', makeRecord('g', 100, [{ samples: [0, 9999], format: 16, name: 'I' }])],
    ['error HDR_SYNTAX', { 'g.hea': text('') }],
    ['error PATH_ESCAPE', { 'g.hea': text('g 1 100 10\n../h.dat 16') }],
    [
      'warning ANN_ORDER',
      {
        'g.atr': makeAnnotations([
          { time: 5, code: 1 },
          { time: 2, code: 1 },
        ]),
      },
    ],
    ['warning ANN_PAST_END', { 'g.atr': makeAnnotations([{ time: 1000, code: 1 }]) }],
  ])('reports %s', async (finding, files) => {
    expect(await check(files)).toContain(finding);
  });

  it('reports an annotation file that was asked for and is missing', async () => {
    expect(await check({}, ['qrs'])).toEqual(['error FILE_NOT_FOUND']);
  });
});
