import { readFile, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ClassifiedBeat } from '@ecgpu/model';
import { beforeAll, describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { excerpt } from '../../test/sample-records.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { writeTinyModel } from '../../test/tiny-model.js';
import { Interrupted } from '../interruption.js';

const at = temporaryFolder();
let model: string;
let frames: Buffer;
let whole: readonly ClassifiedBeat[];
beforeAll(async () => {
  model = await writeTinyModel(at('model.safetensors'));
  const path = await excerpt(at(), '100', 60);
  // 16 bits a sample, MLII and V5 in turn, 1000 for 1 mV.
  frames = await readFile(at('100.dat'));
  whole = (
    await ecgpuJson<{ beats: ClassifiedBeat[] }>('classify', path, '--causal', '--model', model, '--device', 'cpu')
  ).beats;
});

/** Runs the command on bytes that come in pieces of `size`. */
function stream(bytes: Uint8Array | string, args: readonly string[], size = 10_007) {
  const all = Buffer.from(bytes as string);
  const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, k) => all.subarray(k * size, (k + 1) * size));
  return ecgpu(
    ['stream', '--fs', '360', '--model', model, '--device', 'cpu', ...args],
    undefined,
    Readable.from(pieces),
  );
}

const lines = (out: string) =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ClassifiedBeat & { latency: number });

const INT16 = ['--format', 'int16', '--leads', '2', '--gain', '1000'];

/** The beats alone: how late they are depends on the pieces that samples came in. */
const beatsOf = (out: string) => lines(out).map(({ latency: _, ...beat }) => beat);

/** What was recorded, in mV; NaN for nothing. */
const millivolts = () => Array.from({ length: frames.length / 4 }, (_, k) => frames.readInt16LE(4 * k) / 1000);

describe('ecgpu stream', () => {
  it('says that a file is not there, or is none', async () => {
    const args = ['stream', '--fs', '360', '--model', model, '--device', 'cpu'];
    expect(await refusal(1, ...args, at('none.csv'))).toMatch(/none\.csv cannot be read \(ENOENT/);
    expect(await refusal(1, ...args, at())).toMatch(/cannot be read \(EISDIR/);
  });

  it('prints the beats of `classify --causal`, a line each, from interleaved int16', async () => {
    const { exit, out, err } = await stream(frames, INT16);
    expect(exit, err).toBe(0);
    expect(err).toMatch(/latency: 3\.2 s after the R peak of the beat \d+ beats later, or 10 s more without one\n/);
    expect(err).toContain('not for clinical use');
    const beats = lines(out);
    expect(beats).toHaveLength(74);
    for (const [i, { latency, time, ...beat }] of beats.entries()) {
      expect({ ...beat, time: beat.sample / 360 }).toEqual(whole[i]);
      expect(time).toBeCloseTo(whole[i]!.time, 6);
      expect(latency).toBeGreaterThan(0);
    }
  });

  it('takes CSV with names, times and missing samples, and float32', async () => {
    const samples = millivolts().map((x, i) => (i >= 7200 && i < 9000 ? Number.NaN : x));
    const rows = samples.map((x, i) => `${i / 360},${Number.isNaN(x) ? '' : 200 * x + 1024}`).join('\n');
    const scale = ['--gain', '200', '--zero', '1024'];
    const csv = await stream(`time (s),MLII (adu)\n${rows}\n`, ['--leads', '2', '--lead', '2', ...scale], 1013);
    expect(csv.exit, csv.err).toBe(0);
    expect(csv.err).toContain('1800 samples were missing');
    const bytes = Buffer.from(Float32Array.from(samples).buffer);
    const float = await stream(bytes, ['--format', 'float32'], 999);
    const calls = (out: string) => lines(out).map(({ sample, class: called }) => [sample, called]);
    expect(calls(float.out)).toEqual(calls(csv.out));
    expect(lines(csv.out).some(({ time }) => time > 20.5 && time < 24.5)).toBe(false);
    expect(lines(csv.out).length).toBeGreaterThan(60);
  });

  it('takes the unit that the rows of names and units say, where no gain is given, below comments and between empty lines', async () => {
    const rowsIn = (perMillivolt: number) => millivolts().map((x, i) => `${i / 360},${x * perMillivolt}`);
    const leads = ['--leads', '2', '--lead', '2'];
    const calls = async (text: string, ...args: string[]) => {
      const { exit, out, err } = await stream(text, [...leads, ...args]);
      expect(exit, err).toBe(0);
      return lines(out).map(({ sample, class: called }) => [sample, called]);
    };
    const wanted = whole.map(({ sample, class: called }) => [sample, called]);
    const volts = rowsIn(1e-3);
    expect(await calls(`# a monitor\n\ntime (s),MLII (V)\n${volts.join('\n\n')}\n\n`)).toEqual(wanted);
    expect(await calls(`'Elapsed time','MLII'\n'hh:mm:ss','uV'\n${rowsIn(1000).join('\n')}`)).toEqual(wanted);
    expect(await calls(`time,"MLII (V)"\n${rowsIn(1).join('\n')}`, '--gain', '1')).toEqual(wanted);
    // Without the unit a beat of some µV would be none.
    expect((await calls(volts.join('\n'))).every(([, called]) => called === '?')).toBe(true);
  });

  it('shows a model of two leads both, chosen by place or by name, from either format', async () => {
    const sequence = ['--model', 'sequence', '--device', 'wasm'];
    const both = await ecgpuJson<{ beats: ClassifiedBeat[]; secondLead: string }>(
      ...['classify', at('100'), '--causal', ...sequence],
    );
    expect(both.secondLead).toBe('V5');
    const int16 = await stream(frames, [
      ...['--format', 'int16', '--gain', '1000', '--leads', '2', '--second-lead', '2', ...sequence],
    ]);
    expect(int16.exit, int16.err).toBe(0);
    expect(int16.err).toContain('leads: column 1 and column 2\n');
    const rows = Array.from({ length: frames.length / 4 }, (_, k) => {
      const [first, second] = [0, 2].map((at) => frames.readInt16LE(4 * k + at) / 1000);
      return `${second},${k / 360},${first}`;
    });
    const csv = await stream(rows.join('\n'), ['--columns', 'V5, time (s), mlii', '--json', ...sequence]);
    expect(csv.exit, csv.err).toBe(0);
    expect(csv.err).toContain('leads: mlii (column 3) and V5 (column 1)\n');
    const [head, ...named] = lines(csv.out);
    expect(head).toMatchObject({
      leads: [
        { column: 3, name: 'mlii' },
        { column: 1, name: 'V5' },
      ],
      contract: { leads: { second: 'any' } },
    });
    const called = (beats: readonly ClassifiedBeat[]) =>
      beats.map(({ sample, class: name, probabilities }) => ({ sample, name, probabilities }));
    expect(called(lines(int16.out))).toEqual(called(both.beats));
    expect(called(named)).toEqual(called(both.beats));
  });

  it('says that it is shown one lead, and that the model has not learned from it', async () => {
    const { err } = await stream(millivolts().join('\n'), ['--columns', 'V5']);
    expect(err).toContain('lead: V5 (column 1)\nwarning: the model has learned from none of these leads');
  });

  it('hands beats out while samples still come, and begins with what it is where asked', async () => {
    const path = at('float');
    await writeFile(path, Buffer.from(Float32Array.from(millivolts()).buffer));
    const { exit, out } = await ecgpu([
      ...['stream', path, '--fs', '360', '--format', 'float32', '--json', '--model', model, '--device', 'cpu'],
    ]);
    expect(exit).toBe(0);
    const [first, ...beats] = lines(out);
    expect(first).toMatchObject({ fs: 360, notForClinicalUse: true, latency: { pause: 10 }, device: { kind: 'cpu' } });
    expect(beats).toHaveLength(74);
    expect(beats[0]!.time + beats[0]!.latency).toBeLessThan(50);
  });

  it('hands out what it knows where it is asked to end, though the input does not', async () => {
    const asked = new AbortController();
    const half = frames.subarray(0, frames.length / 2 + 3);
    async function* input() {
      yield half;
      asked.abort(new Interrupted('SIGTERM'));
      await new Promise(() => {});
    }
    const args = ['stream', '--fs', '360', '--model', model, '--device', 'cpu', ...INT16];
    const { exit, out, err } = await ecgpu(args, undefined, input(), asked.signal);
    expect(exit).toBe(143);
    expect(lines(out).length).toBeGreaterThan(30);
    // Half a frame is no fault of an input that had not ended.
    expect(beatsOf(out)).toEqual(beatsOf((await stream(half.subarray(0, half.length - 3), INT16)).out));
    expect(err).not.toContain('ecgpu:');
  });

  it('hands out what it knows where the input breaks off or is not understood, and fails', async () => {
    const rows = `${millivolts().slice(0, 10_800).join('\n')}\n`;
    const good = await stream(rows, []);
    expect(lines(good.out).length).toBeGreaterThan(30);
    const wrong = await stream(`${rows}volts\n0\n`, [], 1e9);
    expect(wrong).toMatchObject({ exit: 1, err: expect.stringContaining('line 10801') });
    expect(beatsOf(wrong.out)).toEqual(beatsOf(good.out));
    const whole = frames.subarray(0, 4 * 10_800);
    const cut = await stream(Buffer.concat([whole, Buffer.alloc(3)]), INT16);
    expect(cut).toMatchObject({ exit: 1, err: expect.stringContaining('ends 3 bytes into a frame') });
    expect(beatsOf(cut.out)).toEqual(beatsOf((await stream(whole, INT16)).out));
    async function* input() {
      yield whole;
      throw new Error('EIO: i/o error, read');
    }
    const args = ['stream', '--fs', '360', '--model', model, '--device', 'cpu', ...INT16];
    const broken = await ecgpu(args, undefined, input());
    expect(broken).toMatchObject({ exit: 1, err: expect.stringContaining('ecgpu: stdin cannot be read (EIO') });
    expect(beatsOf(broken.out)).toEqual(beatsOf(cut.out));
  });

  it.each<[string, string, string[], RegExp]>([
    ['a word', '0.1\n0.2\nabc\n', [], /"abc" is not a number \(input, line 3\)/],
    ['too few cells', '1,2\n3\n', ['--leads', '2'], /1 cells where 2 were announced \(input, line 2\)/],
    ['a third row of names', 'I,II\nmV,mV\nI,II\n', ['--leads', '2'], /"I" is not a number \(input, line 3\)/],
    ['a unit that is no voltage', 'MLII (adu)\n1024\n', [], /Column 1 is in "adu", which is no voltage/],
    ['one in a row of units', 'I,II\nmV,mmHg\n0,90\n', ['--leads', '2', '--lead', '2'], /Column 2 is in "mmHg"/],
    ['a line without end', '1'.repeat(70_000), [], /more than 65536 characters \(input, line 1\)/],
    ['half a frame', 'abcdefg', ['--format', 'int16', '--leads', '2'], /ends 3 bytes into a frame of 4/],
  ])('refuses %s, with its place', async (_, text, args, message) => {
    const { exit, out, err } = await stream(text, args);
    expect(exit).toBe(1);
    expect(out).toBe('');
    expect(err).toMatch(message);
  });

  it('refuses leads that do not come in or fit the model, a rate that is none and a file that is not there', async () => {
    expect(await stream('', ['--lead', '2'])).toMatchObject({
      exit: 2,
      err: expect.stringContaining('no lead 2 among 1'),
    });
    const refused = async (...args: string[]) => {
      const { exit, err } = await stream('', args);
      expect(exit).toBe(2);
      return err;
    };
    expect(await refused('--leads', '2', '--second-lead', '2')).toContain('the model looks at one lead');
    const sequence = ['--model', 'sequence', '--leads', '2'];
    expect(await refused(...sequence, '--second-lead', '3')).toContain('no lead 3 among 2');
    expect(await refused(...sequence, '--second-lead', '1')).toContain('cannot be both');
    expect(await refused('--columns', '-,Time')).toContain('names no lead');
    expect(await refused('--columns', 'I,II', '--lead', '2')).toContain('cannot be used with');
    expect((await ecgpu(['stream', '--fs', '0'])).exit).toBe(2);
    expect((await ecgpu(['stream'])).err).toContain("required option '--fs <hz>'");
    expect((await stream('', ['--fs', '50'])).err).toContain('does not accept a sampling rate of 50 Hz');
    expect(await stream('', [at('none')])).toMatchObject({ exit: 1, err: expect.stringContaining('none') });
  });

  it('ends without a beat where nothing comes in', async () => {
    expect(await stream('', [])).toMatchObject({ exit: 0, out: '' });
  });
});
