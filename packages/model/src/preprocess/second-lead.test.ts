import type { EcgRecord } from '@ecgpu/ecg-dsp';
import { describe, expect, it } from 'vitest';
import { beatSetInputs, joinRecords, selectBeats } from '../data/beat-set.js';
import { eachLead } from '../data/each-lead.js';
import { BEAT_CONTRACT, withSecondLead } from './contract.js';
import { networkInputs } from './network-inputs.js';
import { prepareRecord } from './record-beats.js';

const TWO = withSecondLead(BEAT_CONTRACT);
const FS = 360;
const peaks = Array.from({ length: 40 }, (_, beat) => 200 + 290 * beat);

/** A beat every 0.8 s, `height` mV high and `width` samples wide. */
function wave(height: number, width: number): Float64Array {
  return Float64Array.from({ length: 12_000 }, (_, i) =>
    peaks.reduce((sum, peak) => sum + height * Math.exp(-0.5 * ((i - peak) / width) ** 2), 0),
  );
}

const lead = (name: string, samples: Float64Array, units = 'mV') => ({ name, units, samples });
const record = (...leads: EcgRecord['leads']): EcgRecord => ({
  ...{ name: 'made', fs: FS, length: 12_000, leads, comments: [], diagnostics: [] },
});
const first = lead('MLII', wave(1, 5));
const other = lead('V1', wave(-0.5, 12));

describe('a second lead', () => {
  it('is prepared as if it were the first one', () => {
    const { second, diagnostics } = prepareRecord(record(first, other), peaks, TWO);
    const alone = prepareRecord(record(other), peaks, BEAT_CONTRACT);
    expect(second!.beats).toEqual(alone.beats);
    expect(second!.template).toEqual(alone.template);
    expect(second!.scale).toBe(alone.scale);
    expect(diagnostics).toEqual([]);
  });

  it('leaves the first one as it is', () => {
    const { second: _, ...both } = prepareRecord(record(first, other), peaks, TWO);
    expect(both).toEqual(prepareRecord(record(first, other), peaks, BEAT_CONTRACT));
  });

  it('is absent, not zero, where the record has none or another kind of signal', () => {
    for (const made of [record(first), record(first, lead('RESP', wave(1, 50), 'Ohm'))]) {
      const inputs = networkInputs(prepareRecord(made, peaks, TWO), TWO);
      expect(inputs.second!.present).toEqual(new Uint8Array(peaks.length));
      expect(inputs.second!.windows.every(Number.isFinite)).toBe(true);
    }
  });

  it('is absent for the beats that it misses', () => {
    const samples = other.samples.slice();
    samples.fill(Number.NaN, peaks[10]! - 100, peaks[12]! + 100);
    const { second } = networkInputs(prepareRecord(record(first, lead('V1', samples)), peaks, TWO), TWO);
    expect([...second!.present.keys()].filter((beat) => second!.present[beat] === 0)).toEqual([10, 11, 12]);
  });
});

describe('a set of two leads', () => {
  const labelled = (name: string, made: EcgRecord) => ({
    ...{ name, fs: FS, lead: 'MLII', beats: prepareRecord(made, peaks, TWO, { margin: 3 }) },
    labels: Uint8Array.from(peaks, (_, beat) => beat % 3),
    fibrillation: new Uint8Array(peaks.length),
  });
  const set = joinRecords([labelled('a', record(first, other)), labelled('b', record(first))], TWO);

  it('gives the network both', () => {
    const { second } = beatSetInputs(set, 30, 50);
    expect([...second!.present]).toEqual([...Array(10).fill(1), ...Array(10).fill(0)]);
    const one = beatSetInputs(selectBeats(set, [35]));
    expect(one.second!.windows).toEqual(second!.windows.subarray(5 * 320, 6 * 320));
  });

  it('becomes a set of one lead with every beat twice; a lead that is absent has problems', () => {
    const each = eachLead(set);
    expect(each.count).toBe(160);
    expect(each.second).toBeUndefined();
    expect(each.contract).toEqual(BEAT_CONTRACT);
    expect(each.records.map(({ name }) => name)).toEqual(['a', 'b', 'a', 'b']);
    expect(beatSetInputs(each, 80, 120).windows).toEqual(beatSetInputs(set, 0, 40).second!.windows);
    expect([...each.problems.keys()].filter((beat) => each.problems[beat] !== 0)).toEqual(
      Array.from({ length: 40 }, (_, beat) => 120 + beat),
    );
    const { second: _, ...alone } = set;
    expect(eachLead({ ...alone, contract: BEAT_CONTRACT }).count).toBe(80);
  });
});
