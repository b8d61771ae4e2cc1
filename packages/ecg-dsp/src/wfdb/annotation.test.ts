import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeAnnotations, skip, text, word } from '../../test/independent-wfdb-writer.js';
import type { Annotation } from '../record.js';
import { codeOf, isBeatSymbol, symbolOf } from './annotation-codes.js';
import { decodeAnnotations } from './annotation-file.js';
import { encodeAnnotations } from './encode-annotations.js';
import { readAnnotations } from './read.js';
import { memorySource } from './source.js';

const plain = (sample: number, symbol = 'N', rest: Partial<Annotation> = {}): Annotation => ({
  sample,
  symbol,
  subtype: 0,
  channel: 0,
  number: 0,
  aux: '',
  ...rest,
});
const note = (value: string): number[] => {
  const bytes = text(value);
  return [...word(22, 0), ...word(63, bytes.length), ...bytes, ...(bytes.length % 2 ? [0] : [])];
};

describe('annotations', () => {
  it('reads what an independent writer wrote, every field', () => {
    const field = fc.record({
      step: fc.oneof(fc.nat(1100), fc.nat(2 ** 31), fc.constantFrom(0, 1, 1023, 1024)),
      code: fc.integer({ min: 1, max: 49 }),
      subtype: fc.integer({ min: -128, max: 127 }),
      channel: fc.nat(255),
      number: fc.integer({ min: -128, max: 127 }),
      aux: fc
        .string({ maxLength: 60, unit: 'grapheme' })
        .filter((aux) => !aux.endsWith('\0') && text(aux).length < 256),
    });
    fc.assert(
      fc.property(fc.array(field, { maxLength: 20 }), (fields) => {
        let time = 5;
        const entries = fields.map(({ step, ...rest }) => {
          time += step;
          return { time, ...rest };
        });
        const expected = entries.map(({ time: sample, code, ...rest }) => ({
          sample,
          symbol: symbolOf(code),
          ...rest,
        }));
        const { annotations, diagnostics } = decodeAnnotations(makeAnnotations(entries), { strict: true });
        expect(annotations).toEqual(expected);
        expect(diagnostics).toEqual([]);
        expect(decodeAnnotations(encodeAnnotations(expected), { strict: true }).annotations).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('gives every code a mnemonic and every mnemonic its code', () => {
    for (let code = 0; code <= 49; code++) expect(codeOf(symbolOf(code))).toBe(code);
    expect(codeOf('[50]')).toBeUndefined();
    expect(codeOf('NN')).toBeUndefined();
    const beats = Array.from({ length: 50 }, (_, code) => code).filter((code) => isBeatSymbol(symbolOf(code)));
    expect(beats).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 25, 30, 34, 35, 38, 41]);
  });

  it('follows chains of SKIP beyond 32 bits, and back', () => {
    const bytes = Uint8Array.from([
      ...skip(2 ** 31 - 1),
      ...skip(2 ** 31 - 1),
      ...skip(2 ** 31 - 1),
      ...skip(-7),
      ...word(1, 10),
      0,
      0,
    ]);
    expect(decodeAnnotations(bytes, { strict: true }).annotations).toEqual([plain(3 * (2 ** 31 - 1) + 3)]);
    const far = [plain(1e10), plain(1e10 + 2 ** 31)];
    expect(decodeAnnotations(encodeAnnotations(far)).annotations).toEqual(far);
  });

  it.each([
    ['a note', '"', 'begins at noon'],
    ['an annotation of type 0', ' ', ''],
  ])('keeps %s at time 0 from being taken for a table of the file, as the C library takes it', (_what, symbol, aux) => {
    const list = [plain(0, symbol, { aux }), plain(0, symbol, { aux }), plain(5)];
    for (const options of [{}, { fs: 100 }]) {
      const bytes = encodeAnnotations(list, options);
      expect(decodeAnnotations(bytes, { strict: true }).annotations).toEqual(list);
      // SKIP -1 and type 0 one tick on: what rdann of WFDB 10.7 needs to print the first one.
      const end = [...skip(-1), ...word(0, 1)];
      expect(Buffer.from(bytes).toString('hex')).toMatch(new RegExp(`^(0058.*)?${Buffer.from(end).toString('hex')}`));
    }
  });

  it('keeps channel and number until they change, and a subtype for one annotation', () => {
    const bytes = [...word(1, 1), ...word(61, 0xff), ...word(62, 200), ...word(60, 0xfe), ...word(5, 1), 0, 0];
    expect(decodeAnnotations(Uint8Array.from(bytes)).annotations).toEqual([
      plain(1, 'N', { subtype: -1, channel: 200, number: -2 }),
      plain(2, 'V', { channel: 200, number: -2 }),
    ]);
  });

  it('rescales another clock to the sampling rate, halves up', () => {
    const bytes = Uint8Array.from([
      ...note('## time resolution: 250'),
      ...skip(-1),
      ...word(0, 1),
      ...word(1, 48),
      ...word(1, 77),
      0,
      0,
    ]);
    const at = (fs?: number): number[] =>
      decodeAnnotations(bytes, fs ? { fs } : {}).annotations.map(({ sample }) => sample);
    expect(at(360)).toEqual([69, 180]);
    expect(at(125)).toEqual([24, 63]);
    expect(at()).toEqual([48, 125]);
    expect(decodeAnnotations(bytes, { fs: 360 })).toMatchObject({
      resolution: 250,
      diagnostics: [{ code: 'ANN_RESOLUTION' }],
    });
  });

  it('writes the note of the clock as wrann does', () => {
    const bytes = encodeAnnotations([plain(5)], { fs: 360 });
    const head = [0, 0x58, 23, 0xfc, ...text('## time resolution: 360'), 0];
    expect([...bytes]).toEqual([...head, 0, 0xec, 0xff, 0xff, 0xff, 0xff, 1, 0, 5, 4, 0, 0]);
    expect(decodeAnnotations(bytes, { strict: true })).toMatchObject({ annotations: [plain(5)], resolution: 360 });
  });

  it('carries labels of its own', () => {
    const definitions = [{ code: 42, symbol: 'CAL', description: 'Calibration pulse' }];
    const list = [plain(0, '"', { aux: 'a remark' }), plain(5, 'CAL'), plain(9, '[43]')];
    const back = decodeAnnotations(encodeAnnotations(list, { definitions, fs: 100 }), { strict: true });
    expect(back).toMatchObject({ annotations: list, definitions, resolution: 100 });
  });

  it('takes the definitions of old files, which have no marks around them, and keeps remarks', () => {
    const bytes = Uint8Array.from([...note('42 CAL Calibration\n'), ...note('20 minutes late'), ...word(42, 9), 0, 0]);
    expect(decodeAnnotations(bytes)).toMatchObject({
      annotations: [plain(0, '"', { aux: '20 minutes late' }), plain(9, 'CAL')],
      definitions: [{ code: 42, symbol: 'CAL', description: 'Calibration' }],
    });
    const { annotations } = decodeAnnotations(Uint8Array.from([...word(1, 9), ...note('42 CAL later'), 0, 0]));
    expect(annotations[1]).toEqual(plain(9, '"', { aux: '42 CAL later' }));
  });

  it('strips the NULs at the end of texts, or keeps them to write the same bytes', () => {
    const bytes = Uint8Array.from([...word(28, 18), ...word(63, 3), 0x28, 0x4e, 0, 0, ...word(1, 59), 0, 0]);
    expect(decodeAnnotations(bytes).annotations[0]).toEqual(plain(18, '+', { aux: '(N' }));
    const kept = decodeAnnotations(bytes, { keepNul: true }).annotations;
    expect([...encodeAnnotations(kept)]).toEqual([...bytes]);
  });

  const whole = makeAnnotations([{ time: 3, code: 1, aux: 'text' }]);
  it.each([
    ['ANN_NO_EOF', whole.subarray(0, -2), 1],
    ['ANN_ODD_LENGTH', Uint8Array.from([...whole, 7]), 1],
    ['ANN_TRAILING', Uint8Array.from([...whole, 7, 7]), 1],
    ['ANN_TRUNCATED', whole.subarray(0, -4), 1],
    ['ANN_TRUNCATED', Uint8Array.from([...word(1, 1), ...skip(5).slice(0, 4)]), 1],
    ['ANN_ORPHAN', Uint8Array.from([...word(61, 1), 0, 0]), 0],
    ['ANN_ORPHAN', Uint8Array.from([...word(63, 1), 65, 0, 0, 0]), 0],
    ['ANN_CODE_RESERVED', Uint8Array.from([...word(52, 1), ...word(1, 1), 0, 0]), 1],
    ['ANN_ORDER', Uint8Array.from([...word(1, 9), ...skip(-3), ...word(1, 0), 0, 0]), 2],
    ['ANN_NEGATIVE_TIME', Uint8Array.from([...skip(-3), ...word(1, 0), 0, 0]), 1],
    ['ANN_CLOCK', Uint8Array.from([...note('## time resolution: 0'), 0, 0]), 0],
    ['ANN_NO_EOF', new Uint8Array(0), 0],
  ])('%s is reported with its byte, and refused where strict', (code, bytes, count) => {
    const { annotations, diagnostics } = decodeAnnotations(bytes);
    expect(annotations).toHaveLength(count);
    expect(diagnostics).toMatchObject([{ code, byteOffset: expect.any(Number) }]);
    expect(() => decodeAnnotations(bytes, { strict: true })).toThrow(expect.objectContaining({ code }));
  });

  it('refuses more annotations than the limit, times out of range, and AHA files', () => {
    const many = makeAnnotations(Array.from({ length: 11 }, (_, time) => ({ time, code: 1 })));
    expect(() => decodeAnnotations(many, { limits: { maxAnnotations: 10 } })).toThrow(
      expect.objectContaining({ code: 'LIMIT' }),
    );
    const slow = Uint8Array.from([...note('## time resolution: 1e-300'), ...word(1, 9), 0, 0]);
    expect(() => decodeAnnotations(slow, { fs: 360 })).toThrow(expect.objectContaining({ code: 'ANN_TIME' }));
    const aha = new Uint8Array(64);
    for (let i = 1; i < 64; i += 16) aha[i] = 78;
    expect(() => decodeAnnotations(aha)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_FORMAT' }));
  });

  it.each([
    ['ANN_ORDER', [plain(5), plain(4)]],
    ['ANN_NEGATIVE_TIME', [plain(-1)]],
    ['ANN_FIELD', [plain(0.5)]],
    ['ANN_FIELD', [plain(Number.NaN)]],
    ['ANN_FIELD', [plain(1, 'N', { subtype: 128 })]],
    ['ANN_FIELD', [plain(1, 'N', { channel: -1 })]],
    ['ANN_FIELD', [plain(1, 'N', { number: 1.5 })]],
    ['ANN_FIELD', [plain(1, 'N', { aux: 'é'.repeat(128) })]],
    ['ANN_SYMBOL', [plain(1, 'XYZ')]],
  ])('does not write what readers would refuse: %s', (code, list) => {
    expect(() => encodeAnnotations(list)).toThrow(expect.objectContaining({ code }));
  });

  it('takes the clock from the header where a file notes none', async () => {
    const files = {
      'r.hea': text('r 0 360 1000\n'),
      'r.atr': makeAnnotations([
        { time: 360, code: 1 },
        { time: 1000, code: 1 },
      ]),
    };
    const source = memorySource(files);
    expect((await readAnnotations(source, 'r', 'atr')).annotations.map(({ sample }) => sample)).toEqual([360, 1000]);
    const slow = await readAnnotations(source, 'r.hea', 'atr', { fs: 180, recordLength: 500 });
    expect(slow.annotations.map(({ sample }) => sample)).toEqual([180, 500]);
    expect(slow.diagnostics.map(({ code }) => code)).toEqual(['ANN_RESOLUTION', 'ANN_PAST_END']);
    await expect(readAnnotations(source, 'r', '../x')).rejects.toMatchObject({ code: 'ANNOTATOR_NAME' });
    await expect(readAnnotations(source, 'r', 'qrs')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
