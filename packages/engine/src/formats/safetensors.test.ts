import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from './safetensors.js';

/** A file from a header text and data bytes, made without the writer under test. */
function file(header: string, data: number[] = []): Uint8Array {
  const encoded = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(encoded.length));
  return new Uint8Array(Buffer.concat([length, encoded, Buffer.from(data)]));
}

const one = (name: string, from: number, to: number, shape = '[1]', dtype = 'F32') =>
  `"${name}":{"dtype":"${dtype}","shape":${shape},"data_offsets":[${from},${to}]}`;

describe('readSafetensors', () => {
  it("reads a file in the Python package's layout", () => {
    const { tensors, metadata } = readSafetensors(
      file(`{"__metadata__":{"format":"pt"},${one('b', 4, 8)},${one('a', 0, 4)}}   `, [0, 0, 128, 63, 0, 0, 0, 64]),
    );
    expect(metadata).toEqual({ format: 'pt' });
    expect(readSafetensors(Buffer.from(file(`{${one('a', 0, 4)}}`, [0, 0, 128, 63]))).tensors.get('a')!.values).toEqual(
      Float32Array.of(1),
    );
    expect(tensors.get('a')!.values).toEqual(Float32Array.of(1));
    expect(tensors.get('b')!.values).toEqual(Float32Array.of(2));
  });

  it.each([
    ['too short', new Uint8Array(4), 'too few'],
    ['a header longer than the file', file('{}').fill(255, 0, 6), 'claims'],
    ['no JSON object', file('[1]'), "does not start with '{'"],
    ['broken JSON', file('{"a":'), 'not JSON'],
    ['bytes that are not UTF-8', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff), 'UTF-8'],
    ['a name twice', file(`{${one('a', 0, 4)},${one('a', 0, 4)}}`, [0, 0, 0, 0]), 'twice'],
    ['__proto__ as a name', file(`{${one('__proto__', 0, 4)}}`, [0, 0, 0, 0]), 'not allowed'],
    ['a hole', file(`{${one('a', 0, 4)},${one('b', 8, 12)}}`, new Array(12).fill(0)), 'holes'],
    ['an overlap', file(`{${one('a', 0, 8, '[2]')},${one('b', 4, 8)}}`, new Array(8).fill(0)), 'overlap'],
    ['data left over', file(`{${one('a', 0, 4)}}`, new Array(8).fill(0)), 'cover 4 of 8'],
    ['data missing', file(`{${one('a', 0, 4)}}`), 'cover 4 of 0'],
    ['a shape that does not fit its bytes', file(`{${one('a', 0, 4, '[2]')}}`, [0, 0, 0, 0]), 'needs 8 bytes'],
    ['an overflowing shape', file(`{${one('a', 0, 4, '[9007199254740991,9007199254740991]')}}`, [0, 0, 0, 0]), 'needs'],
    ['a negative size', file(`{${one('a', 0, 4, '[-1]')}}`, [0, 0, 0, 0]), 'shape'],
    ['an unknown type', file(`{${one('a', 0, 4, '[1]', 'F16')}}`, [0, 0, 0, 0]), 'F16'],
    ['metadata that is not text', file('{"__metadata__":{"a":1}}'), 'not a string'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(expect.objectContaining({ name: 'EngineError', code: 'FORMAT' }));
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  it('reads back what was written, for any names, shapes and bits', () => {
    const tensor = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }).chain((shape) =>
      fc
        .array(fc.float(), {
          minLength: shape.reduce((a, b) => a * b, 1),
          maxLength: shape.reduce((a, b) => a * b, 1),
        })
        .map((values) => ({ shape, values: Float32Array.from(values) })),
    );
    const name = fc
      .string({ minLength: 1 })
      .filter((text) => !text.startsWith('__') && text !== 'constructor' && text !== 'prototype');
    fc.assert(
      fc.property(fc.dictionary(name, tensor), fc.dictionary(name, fc.string()), (tensors, metadata) => {
        const bytes = writeSafetensors(new Map(Object.entries(tensors)), metadata);
        const back = readSafetensors(bytes);
        expect(back.metadata).toEqual({ ...metadata });
        expect([...back.tensors.keys()].sort()).toEqual(Object.keys(tensors).sort());
        for (const [key, { shape, values }] of Object.entries(tensors)) {
          expect(back.tensors.get(key)!.shape).toEqual(shape);
          expect(back.tensors.get(key)!.values).toEqual(values);
        }
      }),
    );
  });

  it('never does anything but read or refuse, whatever byte is flipped', () => {
    const bytes = writeSafetensors(new Map([['w', { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) }]]), {
      a: 'b',
    });
    for (let at = 0; at < bytes.length; at++) {
      for (const flip of [1, 16, 128, 255]) {
        const damaged = bytes.slice();
        damaged[at]! ^= flip;
        try {
          const { tensors } = readSafetensors(damaged);
          for (const { shape, values } of tensors.values()) {
            expect(values.length).toBe(shape.reduce((a, b) => a * b, 1));
          }
        } catch (error) {
          expect(error).toMatchObject({ name: 'EngineError', code: 'FORMAT' });
        }
      }
    }
  });
});
