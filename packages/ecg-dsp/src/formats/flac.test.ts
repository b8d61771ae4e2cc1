import { FLACDecoder } from '@wasm-audio-decoders/flac';
import { describe, expect, it } from 'vitest';
import { checksumOf, makeFlac, text } from '../../test/independent-wfdb-writer.js';
import type { EcgRecord } from '../record.js';
import { openRecord } from '../wfdb/open.js';
import { readRecord } from '../wfdb/read.js';
import { memorySource } from '../wfdb/source.js';
import { flacDecoderFrom } from './flac-decoder.js';
import { type FlacDecoder, flacSamples } from './flac-samples.js';

const decode = flacDecoderFrom(FLACDecoder);
const flac = flacSamples(decode);

function files(channels: readonly (readonly number[])[], width: 8 | 16 | 24, length = channels[0]!.length) {
  const lines = channels.map(
    (samples) => `f.dat ${500 + width} 1/mV ${width} 0 ${samples[0]} ${checksumOf(samples)} 0 L`,
  );
  return {
    'f.hea': text(`f ${channels.length} 100 ${length}\n${lines.join('\n')}\n`),
    'f.dat': makeFlac(channels, width),
  };
}
const values = ({ leads }: EcgRecord): number[][] => leads.map(({ samples }) => [...samples]);

describe('FLAC signal formats', () => {
  it.each([8, 16, 24] as const)('%i bits: every value comes back, the lowest as missing', async (width) => {
    const highest = 2 ** (width - 1) - 1;
    const channels = [
      [highest, -highest, 0, 1, -1, highest - 1],
      [3, -highest - 1, 5, 6, 7, -highest],
    ];
    const record = await openRecord(memorySource(files(channels, width)), 'f', { strict: true, flac });
    const wanted = [channels[0], [3, Number.NaN, 5, 6, 7, -highest]];
    expect(values(await record.read())).toEqual(wanted);
    expect(values(await record.read({ from: 2, to: 4, leads: [1] }))).toEqual([[5, 6]]);
  });

  it.each([32767, -1, 255, 511, -256])('reads a stream that ends in the sample %i', async (last) => {
    const record = await readRecord(memorySource(files([[1, 2, 3, last]], 16)), 'f', { strict: true, flac });
    expect(values(record)).toEqual([[1, 2, 3, last]]);
  });

  it('decodes a file once for all its ranges', async () => {
    let calls = 0;
    const counting: FlacDecoder = (bytes) => {
      calls++;
      return decode(bytes);
    };
    const record = await openRecord(memorySource(files([[1, 2, 3]], 16)), 'f', { flac: flacSamples(counting) });
    for (let i = 0; i < 3; i++) await record.read({ from: i, to: i + 1 });
    expect(calls).toBe(1);
  });

  it('says how to give a decoder where there is none', async () => {
    const promise = readRecord(memorySource(files([[1, 2]], 16)), 'f');
    await expect(promise).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      fix: expect.stringContaining('flacSamples'),
    });
  });

  it('refuses a stream that declares 2^31 samples or more, as it does fewer', async () => {
    const file = files([[1, 2, 3]], 16);
    const info = new Uint8Array(file['f.dat']);
    info[22] = 0x80;
    const header = text('f 1 100\nf.dat 516 1/mV 16 0 1 6 0 L\n');
    const promise = readRecord(memorySource({ 'f.hea': header, 'f.dat': info }), 'f', { flac });
    await expect(promise).rejects.toMatchObject({ code: 'BUDGET', where: 'f.dat' });
  });

  const sound = files([[1, 2, 3]], 16);
  const gives =
    (...channels: number[][]): FlacDecoder =>
    () => ({ channels });
  it.each([
    ['no FLAC', { ...sound, 'f.dat': new Uint8Array(99) }, decode],
    ['cut off', { ...sound, 'f.dat': sound['f.dat'].subarray(0, 20) }, decode],
    ['other channels', { ...files([[1], [1]], 16), 'f.hea': sound['f.hea'] }, decode],
    ['other bits', { ...files([[1, 2, 3]], 8), 'f.hea': sound['f.hea'] }, decode],
    ['a damaged frame', { ...sound, 'f.dat': sound['f.dat'].subarray(0, 50) }, decode],
    ['a decoder that throws', sound, () => Promise.reject(new Error('broken'))],
    ['a decoder that gives too few channels', sound, gives()],
    ['a decoder that gives too few samples', sound, gives([1])],
    ['a decoder that gives NaN', sound, gives([1, Number.NaN, 3])],
    ['a decoder that gives more than 16 bits', sound, gives([1, 2, 40000])],
  ])('refuses %s', async (_what, broken, decoder) => {
    const promise = readRecord(memorySource(broken), 'f', { flac: flacSamples(decoder) });
    await expect(promise).rejects.toMatchObject({ code: 'SIG_FLAC', where: 'f.dat', byteOffset: expect.any(Number) });
  });

  it('refuses a stream that declares more samples than the budget, before it is decoded', async () => {
    const bytes = Uint8Array.from(sound['f.dat']);
    bytes[21]! |= 15;
    const promise = readRecord(memorySource({ ...sound, 'f.dat': bytes }), 'f', { flac });
    await expect(promise).rejects.toMatchObject({ code: 'BUDGET' });
  });

  it('reports a stream that is shorter than the header says', async () => {
    const record = await readRecord(memorySource(files([[1, 2, 3]], 16, 5)), 'f', { flac });
    expect(values(record)).toEqual([[1, 2, 3, Number.NaN, Number.NaN]]);
    expect(record.diagnostics.map(({ code }) => code)).toEqual(['SIG_TRUNCATED']);
  });
});
