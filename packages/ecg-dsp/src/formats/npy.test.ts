import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { text } from '../../test/independent-wfdb-writer.js';
import { decodeNpy, encodeNpy, recordFromNpy, recordToNpy } from './npy.js';

/** A file as numpy lays it out: version 1.0, a dictionary, then the values' bytes. */
function npy(dictionary: string, data: ArrayBufferView, version = 1): Uint8Array {
  const header = text(`${dictionary}\n`);
  const length =
    version === 1 ? [header.length & 255, header.length >> 8] : [header.length & 255, header.length >> 8, 0, 0];
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return Uint8Array.from([0x93, ...text('NUMPY'), version, 0, ...length, ...header, ...bytes]);
}
const dictionary = (descr: string, shape: string, fortran = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
const six = Float64Array.of(1, 2, 3, 4, 5, 6);

describe('NPY', () => {
  it('writes and reads any array back', () => {
    const array = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }).chain((shape) =>
      fc
        .array(fc.double(), {
          minLength: shape.reduce((a, b) => a * b, 1),
          maxLength: shape.reduce((a, b) => a * b, 1),
        })
        .map((data) => ({ shape, data: Float64Array.from(data) })),
    );
    fc.assert(
      fc.property(array, (value) => {
        const bytes = encodeNpy(value);
        expect(decodeNpy(bytes)).toEqual(value);
        expect((bytes[8]! + bytes[9]! * 256 + 10) % 64).toBe(0);
      }),
    );
  });

  it.each([
    ['<i2', Int16Array.of(1, -2, 3)],
    ['<f4', Float32Array.of(1, -2, 3)],
    ['|i1', Int8Array.of(1, -2, 3)],
    ['<i4', Int32Array.of(1, -2, 3)],
    ['>i2', Uint8Array.of(0, 1, 0xff, 0xfe, 0, 3)],
  ])('reads values of type %s', (descr, data) => {
    expect([...decodeNpy(npy(dictionary(descr, '(3,)'), data)).data]).toEqual([1, -2, 3]);
  });

  it('reads version 2, keys in any order, and Fortran order', () => {
    const bytes = npy("{'shape': (2, 3), 'fortran_order': True, 'descr': '<f8'}", six, 2);
    expect(decodeNpy(bytes)).toEqual({ shape: [2, 3], data: Float64Array.of(1, 3, 5, 2, 4, 6) });
  });

  it.each([
    ['NPY_TYPE', npy(dictionary('|O', '(6,)'), six)],
    ['NPY_TYPE', npy(dictionary('<c8', '(6,)'), six)],
    ['NPY_TYPE', npy(dictionary('<U1', '(6,)'), six)],
    ['NPY_SIZE', npy(dictionary('<f8', '(7,)'), six)],
    ['NPY_SIZE', npy(dictionary('<f8', '(5,)'), six)],
    ['NPY_SIZE', npy(dictionary('<f8', '(99999999999,)'), six)],
    ['NPY_SYNTAX', npy(dictionary('<f8', '(99999999999, 99999999999)'), six)],
    ['NPY_SYNTAX', npy("{'descr': '<f8', 'fortran_order': False, 'shape': __import__('os')}", six)],
    ['NPY_SYNTAX', npy("{'descr': '<f8', 'descr': '<f8', 'shape': (6,)}", six)],
    ['NPY_SYNTAX', npy('', six)],
    ['NPY_SYNTAX', npy(dictionary('<f8', '(6,)'), six, 4)],
    ['NPY_SYNTAX', encodeNpy({ shape: [6], data: six }).subarray(0, 40)],
    ['NPY_SYNTAX', new Uint8Array(0)],
  ])('%s: refuses what is no plain array of numbers', (code, bytes) => {
    expect(() => decodeNpy(bytes)).toThrow(expect.objectContaining({ name: 'EcgError', code }));
  });

  it('refuses more than the budget', () => {
    const bytes = npy(dictionary('|i1', '(3,)'), Int8Array.of(1, 2, 3));
    expect(() => decodeNpy(bytes, { limits: { maxBytes: 23 } })).toThrow(expect.objectContaining({ code: 'BUDGET' }));
  });

  it('carries records', () => {
    const record = {
      name: 'r',
      fs: 100,
      length: 3,
      leads: [
        { name: 'I', units: 'mV', samples: Float64Array.of(1, 2, 3) },
        { name: 'II', units: 'mV', samples: Float64Array.of(4, Number.NaN, 6) },
      ],
      comments: [],
      diagnostics: [],
    };
    expect(recordFromNpy(recordToNpy(record), { fs: 100, name: 'r', leads: ['I', 'II'] })).toEqual(record);
  });

  it('takes the longer axis for time, and checks the names against the other', () => {
    const bytes = encodeNpy({ shape: [2, 3], data: six });
    const record = recordFromNpy(bytes, { fs: 100 });
    expect(record.leads.map(({ name, samples }) => [name, ...samples])).toEqual([
      ['lead 0', 1, 2, 3],
      ['lead 1', 4, 5, 6],
    ]);
    expect([...recordFromNpy(encodeNpy({ shape: [6], data: six }), { fs: 100 }).leads[0]!.samples]).toEqual([...six]);
    for (const wrong of [{ fs: 0 }, { fs: Number.NaN }, { fs: 100, leads: ['I'] }]) {
      expect(() => recordFromNpy(bytes, wrong)).toThrow(expect.objectContaining({ code: 'NPY_SHAPE' }));
    }
    expect(() => recordFromNpy(encodeNpy({ shape: [1, 2, 3], data: six }), { fs: 1 })).toThrow(/no record/);
  });
});
