import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../errors.js';
import { VERSION } from '../version.js';
import { applyManifest } from './apply.js';
import { joinManifests, readManifest, type TuningManifest, tunedPlace } from './manifest.js';

const info = { vendor: 'v', architecture: 'a', device: '', description: 'driver 1' } as GPUAdapterInfo;
const manifest: TuningManifest = {
  format: 'ecgpu-tuning',
  formatVersion: 1,
  ...tunedPlace(info),
  date: '2026-01-01T00:00:00.000Z',
  choices: [
    {
      kernel: 'gru',
      shapes: 'gru forward, hidden to 32',
      workload: 'w',
      variant: 'storage',
      reason: 'r',
      timings: [
        {
          variant: null,
          milliseconds: { median: 1, lower: 1, upper: 1 },
          ratio: { median: 1, lower: 1, upper: 1 },
          readyMilliseconds: 1,
        },
        { variant: null, control: true },
        { variant: 'private', skipped: 'does not fit' },
      ],
    },
  ],
};
const [choice] = manifest.choices;
const changed = (part: object) => ({ ...manifest, ...part });
const changedChoice = (part: object) => changed({ choices: [{ ...choice, ...part }] });

describe('a tuning manifest', () => {
  it('survives JSON', () => {
    expect(readManifest(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
  });

  it('says for whom it is', () => {
    expect(tunedPlace(info)).toMatchObject({ adapter: 'v · a', driver: 'driver 1', engine: VERSION });
    expect(applyManifest(manifest, info).state).toEqual({ applied: true });
  });

  it.each([
    ['adapter', 'other GPU'],
    ['driver', 'driver 2'],
    ['runtime', 'another browser'],
    ['engine', '0.0.0'],
  ])('of another %s is not applied', (kind, value) => {
    const tuned = applyManifest(changed({ [kind]: value }), info);
    expect(tuned.state).toMatchObject({ applied: false, reason: expect.stringContaining(`another ${kind}: ${value}`) });
  });

  it('keeps what an earlier one of the same place says of other classes', () => {
    const other = { ...choice!, shapes: 'gru backward, hidden to 32' };
    const earlier = { ...manifest, choices: [other, { ...choice!, variant: null }] };
    expect(joinManifests(earlier, manifest).choices).toEqual([other, choice]);
    expect(joinManifests({ ...earlier, driver: 'driver 0' }, manifest)).toEqual(manifest);
    expect(joinManifests(undefined, manifest)).toEqual(manifest);
  });

  it.each([
    ['no object', null, 'manifest is not an object'],
    ['another format', changed({ format: 'x' }), 'manifest.format'],
    ['a later format', changed({ formatVersion: 2 }), 'manifest.formatVersion'],
    ['a long text', changed({ driver: 'x'.repeat(501) }), 'manifest.driver'],
    ['a list of everything', changed({ choices: new Array(1001).fill(choice) }), 'manifest.choices'],
    ['no list', changed({ choices: {} }), 'manifest.choices'],
    ['a wrong time', changedChoice({ timings: [{ variant: null, readyMilliseconds: -1 }] }), 'readyMilliseconds'],
    ['a wrong control', changedChoice({ timings: [{ variant: null, control: 1 }] }), 'timings[0].control'],
    ['a variant that is a number', changedChoice({ variant: 1 }), 'manifest.choices[0].variant'],
    ['an unknown variant', changedChoice({ variant: 'constructor' }), 'manifest.choices[0].variant'],
    ['an unknown kernel', changedChoice({ kernel: '__proto__' }), 'manifest.choices[0]'],
    ['an unknown class', changedChoice({ shapes: 'toString' }), 'manifest.choices[0]'],
  ])('with %s is refused with its place', (_, value, where) => {
    expect(() => applyManifest(value, info)).toThrow(
      expect.objectContaining({ code: 'FORMAT', message: expect.stringContaining(where) }),
    );
  });

  it('that is any other JSON is refused, never half read', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(manifest)), (value, key) => {
        for (const hostile of [value, changed({ [key]: value }), changedChoice({ timings: [value] })]) {
          try {
            readManifest(hostile);
          } catch (error) {
            expect(error).toBeInstanceOf(EngineError);
            expect(error).toMatchObject({ code: 'FORMAT', fix: expect.any(String) });
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
