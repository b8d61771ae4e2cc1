import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EcgError } from '../src/errors.js';
import { parseCsv } from '../src/formats/csv.js';
import { openEdf } from '../src/formats/edf.js';
import { decodeNpy, encodeNpy } from '../src/formats/npy.js';
import type { EcgRecord } from '../src/record.js';
import { decodeAnnotations } from '../src/wfdb/annotation-file.js';
import { checkRecord } from '../src/wfdb/check.js';
import { readRecord } from '../src/wfdb/read.js';
import { rawFormats } from '../src/wfdb/signal-formats.js';
import { memorySource } from '../src/wfdb/source.js';
import { makeAnnotations, makeEdf, makeRecord, skip, text, word } from './independent-wfdb-writer.js';
import { mutate, random } from './mutate.js';

/** 10,000 cases take seconds; by hand, FUZZ_CASES=100000 and FUZZ_SEED=… look further. */
const CASES = Number(process.env['FUZZ_CASES'] ?? 10_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_123);
const limits = { maxBytes: 2 ** 20 };
const timeout = 60_000 + CASES * 30;

/** A file that a case damages, and the files around it. */
interface Target {
  readonly files: Record<string, Uint8Array>;
  readonly damaged: string;
}

const wave = (length: number, size: number): number[] =>
  Array.from({ length }, (_, i) => Math.round(size * Math.sin(i / 3)));

const records: Record<string, Uint8Array>[] = [...rawFormats.keys()].map((format) =>
  makeRecord(
    'r',
    360,
    Array.from({ length: format === 8 ? 1 : 3 }, (_, i) => ({ samples: wave(61, 40), format, name: `L${i}` })),
  ),
);
records.push(
  {
    'r.hea': text('r 2 62.5/99(3) 15 12:00:00 1/2/2003\nr.dat 16x4:3+2 200(5)/uV 12 0 0 0 0 a b\nr.dat 16x2\n# c\n'),
    'r.dat': new Uint8Array(182).fill(7),
  },
  {
    ...makeRecord('s', 100, [
      { samples: wave(20, 99), format: 212, name: 'I' },
      { samples: wave(20, 9), format: 212, name: 'V' },
    ]),
    'r.hea': text('r/4 3 100 45\nl 0\ns 20\n~ 5\ns 20\n'),
    'l.hea': text('l 2 100 0\n~ 0 1/mV 12 0 0 0 0 V\n~ 0 1/mV 12 0 0 0 0 I\n'),
  },
);
const recordTargets = (kind: RegExp): Target[] =>
  records.flatMap((files) =>
    Object.keys(files)
      .filter((name) => kind.test(name))
      .map((damaged) => ({ files, damaged })),
  );

/** What happens in a case: a sound result, or our own error that says where. Anything else fails the test. */
async function outcome(work: () => Promise<void>, label: string): Promise<'read' | 'refused'> {
  try {
    await work();
    return 'read';
  } catch (error) {
    if (!(error instanceof EcgError)) throw new Error(`${label}: ${error instanceof Error ? error.stack : error}`);
    expect(error.message, label).not.toBe('');
    if (
      /^(HDR|ANN|EDF_(SYNTAX|NUMBER|SCALE|LIMIT|ORDER|TAL)|SIG_(TRUNCATED|SKEW|FLAC)|NPY)/.test(error.code) &&
      !/^NPY_SHAPE/.test(error.code)
    ) {
      expect(error.byteOffset ?? error.line, `${label}: ${error.code} without a place`).toBeDefined();
    }
    return 'refused';
  }
}

/** Samples are all there, finite or missing; no more of them exist than the files have bytes for. */
function sound(record: EcgRecord, files: Record<string, Uint8Array>, label: string): void {
  let bytes = 0;
  for (const file of Object.values(files)) bytes += file.length;
  let finite = 0;
  let missing = 0;
  for (const { samples } of record.leads) {
    if (samples.length !== record.length) throw new Error(`${label}: ${samples.length} of ${record.length} samples`);
    for (const value of samples) {
      if (Number.isFinite(value)) finite++;
      else if (Number.isNaN(value)) missing++;
      else throw new Error(`${label}: a sample is ${value}`);
    }
  }
  // A file may be used by several segments, and by several leads of the layout; no format has two samples in a byte.
  if (finite > bytes * 8) throw new Error(`${label}: ${finite} samples out of ${bytes} bytes`);
  // Skew, a signal without a file and gaps between segments are missing samples that a header asks for.
  const header = String.fromCharCode(...(files['r.hea'] ?? []));
  const explained = record.diagnostics.length > 0 || Object.keys(files).length > 2 || /[~:]|\b0\b/.test(header);
  if (missing > 64 && !explained) throw new Error(`${label}: ${missing} samples are missing without a word`);
}

async function run(
  share: number,
  targets: readonly Target[],
  isText: boolean,
  work: (files: Record<string, Uint8Array>, label: string) => Promise<void>,
) {
  const counts = { read: 0, refused: 0 };
  const cases = Math.ceil(CASES * share);
  for (let i = 0; i < cases; i++) {
    const { files, damaged } = targets[i % targets.length]!;
    const seed = SEED + i;
    const next = random(seed);
    const broken = { ...files, [damaged]: mutate(files[damaged]!, next, isText && next() < 0.7) };
    const label = `seed ${seed}, ${damaged} of target ${i % targets.length}`;
    counts[await outcome(() => work(broken, label), label)]++;
    // All of it is microtasks: without a pause the test runner's own messages time out in a long run.
    if (i % 500 === 499) await setImmediate();
  }
  // A fuzz that only ever sees one outcome tests nothing.
  expect(Math.min(counts.read, counts.refused)).toBeGreaterThan(cases / 200);
}

async function readBoth(files: Record<string, Uint8Array>, label: string): Promise<void> {
  const source = memorySource(files);
  await checkRecord(source, 'r', { limits });
  sound(await readRecord(source, 'r', { limits }), files, label);
}

describe(`${CASES} damaged files from seed ${SEED}: read soundly, or refused with a place`, () => {
  it('headers', () => run(0.35, recordTargets(/hea$/), true, readBoth), timeout);

  it(
    'signals',
    async () => {
      const strict = async (files: Record<string, Uint8Array>, label: string): Promise<void> => {
        await readBoth(files, label);
        sound(await readRecord(memorySource(files), 'r', { limits, strict: true }), files, label);
      };
      await run(0.2, recordTargets(/dat$/), false, strict);
    },
    timeout,
  );

  it(
    'annotations',
    async () => {
      const every = makeAnnotations(
        Array.from({ length: 12 }, (_, i) => ({
          time: i * 700,
          code: i + 1,
          subtype: i - 5,
          channel: i,
          number: i,
          aux: 'x'.repeat(i),
        })),
      );
      const table = text('## time resolution: 250');
      const clocked = Uint8Array.from([
        ...word(22, 0),
        ...word(63, 23),
        ...table,
        0,
        ...skip(-1),
        ...word(0, 1),
        ...skip(90000),
        ...every,
      ]);
      const targets = [every, clocked].map((bytes) => ({ files: { 'r.atr': bytes }, damaged: 'r.atr' }));
      await run(0.2, targets, false, async (files) => {
        for (const strict of [false, true]) {
          const { annotations, diagnostics, resolution } = decodeAnnotations(files['r.atr']!, { fs: 360, strict });
          expect(annotations.every(({ sample, symbol }) => Number.isSafeInteger(sample) && symbol !== '')).toBe(true);
          // Only an end mark alone is a file of no annotations and no fault.
          const found = annotations.length + diagnostics.length + (resolution === undefined ? 0 : 1);
          if (files['r.atr']!.length > 2) expect(found).toBeGreaterThan(0);
        }
      });
    },
    timeout,
  );

  it(
    'EDF',
    async () => {
      const signals = [
        { label: 'ECG I', records: [wave(9, 100), wave(9, 50), wave(9, 9)], samplesPerRecord: 9 },
        { label: 'Resp', units: '%', records: [[1], [2], [3]], samplesPerRecord: 1 },
        {
          label: 'EDF Annotations',
          records: ['+0\x14\x14\0+0.5\x151\x14a\x14\0', '+2\x14\x14\0', '+3.5\x14\x14\0'],
          samplesPerRecord: 12,
        },
      ];
      const targets = ['EDF+C', 'EDF+D', ''].map((variant) => ({
        files: { 'r.edf': makeEdf(signals, 1, variant) },
        damaged: 'r.edf',
      }));
      await run(0.2, targets, false, async (files, label) => {
        const file = await openEdf(memorySource(files), 'r.edf', { limits });
        for (const { onset } of await file.annotations()) expect(Number.isFinite(onset)).toBe(true);
        sound(await file.read(), { ...files, a: new Uint8Array(0), b: new Uint8Array(0) }, label);
      });
    },
    timeout,
  );

  it(
    'NPY and CSV',
    async () => {
      const npy = encodeNpy({ shape: [4, 3], data: Float64Array.from(wave(12, 5)) });
      await run(0.025, [{ files: { npy }, damaged: 'npy' }], true, async (files) => {
        const { shape, data } = decodeNpy(files['npy']!, { limits });
        expect(shape.reduce((product, size) => product * size, 1)).toBe(data.length);
      });
      const csv = text('time (s),I (mV),II (uV)\n0,1,2\n0.01,3,\n0.02,5,-6e-3\n0.03,0,0\n');
      await run(0.025, [{ files: { csv }, damaged: 'csv' }], true, async (files, label) => {
        sound(parseCsv(files['csv']!, { limits }), { ...files, a: new Uint8Array(0), b: new Uint8Array(0) }, label);
      });
    },
    timeout,
  );
});
