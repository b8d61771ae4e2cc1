import { describe, expect, it } from 'vitest';
import { readContract } from '../model-file/read-contract.js';
import { BEAT_CONTRACT, leadCount, windowLength, withoutSecondLead, withSecondLead } from './contract.js';

const invalid = (where: string) =>
  expect.objectContaining({ name: 'EcgError', code: 'CONTRACT_INVALID', where, fix: expect.any(String) });

/** The shipped contract with one field, named by its path, replaced; undefined takes it out. */
function changed(path: string, value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(BEAT_CONTRACT));
  const keys = path.split('.');
  const last = keys.pop()!;
  const parent = keys.reduce((object, key) => object[key], copy);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

describe('readContract', () => {
  it('gives back what was written, from text and from parsed JSON', () => {
    const text = JSON.stringify(BEAT_CONTRACT);
    expect(readContract(text)).toEqual(BEAT_CONTRACT);
    expect(readContract(JSON.parse(text))).toEqual(BEAT_CONTRACT);
    expect(windowLength(BEAT_CONTRACT)).toBe(160);
    const two = withSecondLead(BEAT_CONTRACT);
    expect(readContract(JSON.stringify(two))).toEqual(two);
    expect([leadCount(two), leadCount(BEAT_CONTRACT)]).toEqual([2, 1]);
    expect(withoutSecondLead(two)).toEqual(BEAT_CONTRACT);
  });

  it.each([
    ['schema', 'ecgpu-contract-9', 'contract.schema'],
    ['units', 'uV', 'contract.units'],
    ['fs', 0, 'contract.fs'],
    ['fs', '120', 'contract.fs'],
    ['fs', 20_000, 'contract.fs'],
    ['fs', undefined, 'contract.fs'],
    ['inputRate.maximum', 50, 'contract.inputRate.maximum'],
    ['filters.1.cutoff', 50, 'contract.filters[1].cutoff'],
    ['filters.0.order', 21, 'contract.filters[0].order'],
    ['filters.0.type', 'bandstop', 'contract.filters[0].type'],
    ['filters', Array(11).fill(BEAT_CONTRACT.filters[0]), 'contract.filters'],
    ['window.after', 0, 'contract.window.after'],
    ['window.before', 1e9, 'contract.window.before'],
    ['window.before', 7.5, 'contract.window.before'],
    ['channels', [], 'contract.channels'],
    ['channels', ['beat', 'beat'], 'contract.channels'],
    ['scale.minimum', 0, 'contract.scale.minimum'],
    ['rhythm.features.3', 'log(r[9]/local)', 'contract.rhythm.features[3]'],
    ['rhythm.features.3', 'toString', 'contract.rhythm.features[3]'],
    ['rhythm.features.3', 'std(log local)', 'contract.rhythm.features'],
    ['rhythm.interval.maximum', 0.1, 'contract.rhythm.interval.maximum'],
    ['quality.maximumMissing', 2, 'contract.quality.maximumMissing'],
    ['classes', ['N', 'X'], 'contract.classes[1]'],
    ['classes', ['N', 'N'], 'contract.classes'],
    ['mapping', 'aami', 'contract.mapping'],
    ['leads', null, 'contract.leads'],
    ['leads.second', null, 'contract.leads.second'],
    ['leads.second', 'V1', 'contract.leads.second'],
    ['leads.preferred', ['II', ''], 'contract.leads.preferred[1]'],
    ['resampler', 'cubic', 'contract.resampler'],
  ])('refuses %s = %j', (path, value, where) => {
    expect(() => readContract(changed(path, value))).toThrow(invalid(where));
  });

  it.each([['{'], ['null'], ['[]'], ['7']])('refuses the text %s', (text) => {
    expect(() => readContract(text)).toThrow(invalid('contract'));
  });
});
