import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { dataFolder } from '../../test/data-folder.js';
import { mutate, random } from '../../test/mutate.js';
import { CPSC2018_LEADS, readCpsc2018 } from './cpsc2018.js';
import { readMat5 } from './mat5.js';

/** Elements laid out by hand, little-endian, after MathWorks' "MAT-File Format". */
function element(type: number, data: Uint8Array, padded = true): Uint8Array {
  const size = padded ? Math.ceil(data.length / 8) * 8 : data.length;
  const out = new Uint8Array(8 + size);
  const view = new DataView(out.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, data.length, true);
  out.set(data, 8);
  return out;
}
const joined = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const int32 = (...values: number[]) => element(5, new Uint8Array(Int32Array.from(values).buffer));
const uint32 = (...values: number[]) => element(6, new Uint8Array(Uint32Array.from(values).buffer));
const int8 = (text: string) => element(1, new TextEncoder().encode(text));
const doubles = (...values: number[]) => element(9, new Uint8Array(Float64Array.from(values).buffer));
/** A short element: type, size and up to four bytes of data in eight. */
const short = (type: number, ...data: number[]) =>
  Uint8Array.from([type, 0, data.length, 0, ...data, ...new Array<number>(4 - data.length).fill(0)]);

const array = (name: string, shape: number[], values: Uint8Array, flags = 6) =>
  element(14, joined(uint32(flags, 0), int32(...shape), int8(name), values));
const struct = (name: string, fields: Record<string, Uint8Array>) =>
  element(
    14,
    joined(
      uint32(2, 0),
      int32(1, 1),
      int8(name),
      short(5, 8, 0, 0, 0),
      int8(
        Object.keys(fields)
          .map((field) => field.padEnd(8, '\0'))
          .join(''),
      ),
      ...Object.values(fields),
    ),
  );
function file(...variables: Uint8Array[]): Uint8Array {
  const header = new Uint8Array(128).fill(32);
  header.set([0, 1, 0x49, 0x4d], 124);
  return joined(header, ...variables);
}
const packed = (variable: Uint8Array) => element(15, deflateSync(variable), false);

const ecg = (rows: number, samples: number[]) =>
  struct('ECG', {
    sex: array('', [1, 4], short(16, ...new TextEncoder().encode('Male')), 4),
    age: array('', [1, 1], short(2, 52), 9),
    data: array('', [rows, samples.length / rows], doubles(...samples)),
  });
const twoSamples = Array.from({ length: 24 }, (_, i) => i / 8);

describe('MATLAB 5 files', () => {
  it('reads arrays, texts and structures, compressed or not, one after another', async () => {
    const one = array('x', [2, 3], doubles(1, 2, 3, 4, 5, 6));
    const small = array('bytes', [1, 3], short(1, 1, 255, 3), 8);
    const variables = await readMat5(file(one, packed(small), packed(ecg(12, twoSamples))));
    expect(variables.get('x')).toEqual({ kind: 'array', shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) });
    expect(variables.get('bytes')).toMatchObject({ data: Float64Array.of(1, -1, 3) });
    const found = variables.get('ECG');
    expect(found?.kind === 'struct' && [...found.fields.keys()]).toEqual(['sex', 'age', 'data']);
  });

  it.each([
    ['no MAT-file', new Uint8Array(200), 'MAT_SYNTAX'],
    ['an empty file', new Uint8Array(0), 'MAT_SYNTAX'],
    ['fewer values than declared', file(array('x', [2, 3], doubles(1, 2))), 'MAT_SYNTAX'],
    ['a negative size', file(array('x', [-1, -3], doubles(1, 2, 3))), 'MAT_SYNTAX'],
    ['half a row', file(element(14, joined(uint32(6, 0), doubles(0.5, 2), int8('x'), doubles(1)))), 'MAT_SYNTAX'],
    ['a size beyond all memory', file(array('x', [2 ** 30, 2 ** 30], doubles(1))), 'MAT_SYNTAX'],
    ['complex numbers', file(array('x', [1, 1], doubles(1), 6 | 0x0800)), 'MAT_TYPE'],
    ['a cell', file(array('x', [1, 1], doubles(1), 1)), 'MAT_TYPE'],
    ['damaged compression', file(element(15, Uint8Array.of(120, 156, 1, 2, 3, 4), false)), 'INFLATE'],
    ['an element that declares more than there is', file(Uint8Array.of(14, 0, 0, 0, 255, 255, 0, 0)), 'MAT_SYNTAX'],
  ])('refuses %s', async (_, bytes, code) => {
    await expect(readMat5(bytes)).rejects.toMatchObject({ name: 'EcgError', code });
  });

  it('stops unpacking at the limit: a million zeros in a thousand bytes', async () => {
    const bomb = packed(element(14, new Uint8Array(1e6)));
    expect(bomb.length).toBeLessThan(2000);
    await expect(readMat5(file(bomb), 'x.mat', { limits: { maxBytes: 1e5 } })).rejects.toMatchObject({
      code: 'BUDGET',
    });
  });

  it('refuses structures in structures without end', async () => {
    let inner = array('', [1, 1], doubles(1));
    for (let depth = 0; depth < 20; depth++) inner = struct('', { a: inner });
    await expect(readMat5(file(inner))).rejects.toMatchObject({ code: 'MAT_SYNTAX' });
  });

  it('parses or refuses 2,000 damaged files', async () => {
    const next = random(7);
    const plain = file(ecg(12, twoSamples));
    const compressed = file(packed(ecg(12, twoSamples)));
    for (let i = 0; i < 2000; i++) {
      const bytes = mutate(i % 2 ? plain : compressed, next, false);
      await readCpsc2018(bytes, 'damaged').catch((error: unknown) => {
        expect(error).toMatchObject({ name: 'EcgError' });
      });
    }
  });
});

describe('recordings of CPSC 2018', () => {
  it('has the leads as rows, age and sex as comments', async () => {
    const record = await readCpsc2018(file(ecg(12, twoSamples)), 'A1');
    expect(record).toMatchObject({ fs: 500, length: 2, comments: ['Age: 52', 'Sex: Male'] });
    expect(record.leads.map(({ name }) => name)).toEqual([...CPSC2018_LEADS]);
    expect([...record.leads[1]!.samples]).toEqual([1 / 8, 13 / 8]);
  });

  it('refuses other leads and samples that are no numbers', async () => {
    await expect(readCpsc2018(file(ecg(8, twoSamples)), 'A1')).rejects.toMatchObject({ code: 'CPSC_LAYOUT' });
    const gap = [...twoSamples.slice(0, 23), Number.NaN];
    await expect(readCpsc2018(file(ecg(12, gap)), 'A1')).rejects.toMatchObject({ code: 'CPSC_VALUE' });
  });

  it('reads the published files as scipy.io.loadmat does', async (context) => {
    const folder = dataFolder(context, 'cpsc2018');
    // Length, sum of lead I, last sample of V6.
    const expected = [
      ['A1980', 5000, 0.014475369730543978, -0.027941934698604735],
      ['A1986', 21500, -2.0943316525467992e-13, -0.025106093023255813],
      ['A1988', 27157, 0.005585022562336089, -0.04583259686143715],
    ] as const;
    for (const [name, length, sum, last] of expected) {
      const record = await readCpsc2018(readFileSync(join(folder, 'original', `${name}.mat`)), name);
      expect(record.length).toBe(length);
      expect(record.leads[0]!.samples.reduce((a, b) => a + b, 0)).toBeCloseTo(sum, 10);
      expect(record.leads[11]!.samples.at(-1)).toBe(last);
    }
  });
});
