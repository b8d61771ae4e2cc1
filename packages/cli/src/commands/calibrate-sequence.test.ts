import { readFile, writeFile } from 'node:fs/promises';
import { initialise } from '@ecgpu/engine';
import {
  BEAT_NETWORK,
  beatEncoderParameters,
  beatVectorLength,
  type Calibration,
  decodeModel,
  encodeModel,
  joinValues,
  NO_RULE,
  SEQUENCE_CONTRACT,
  SEQUENCE_NETWORK,
  type SequenceModel,
  sequenceNetworkParameters,
  withSecondLead,
} from '@ecgpu/model';
import { beforeAll, expect, it } from 'vitest';
import { ecgpu } from '../../test/run-ecgpu.js';
import { muddledExcerpt } from '../../test/sample-records.js';
import { filesIn, temporaryFolder } from '../../test/temporary-folder.js';

const at = temporaryFolder();
const folds = { one: ['early'], other: ['late'] };
const model = () => at('model.safetensors');

beforeAll(async () => {
  // Of one patient both.
  await muddledExcerpt(at('data'), '233', 40, 0, 'early');
  await muddledExcerpt(at('data'), '233', 40, 900, 'late');
  for (const [name, records] of Object.entries({ ...folds, pair: ['early', 'late'] }))
    await writeFile(at(`${name}.json`), JSON.stringify({ name, database: 'mitdb', records }));
  // Of a model to be calibrated, the command that made it counts, and how many members it has.
  const shape = { ...SEQUENCE_NETWORK, encoding: beatVectorLength(BEAT_NETWORK, 2) };
  const member = (seed: number) =>
    joinValues(
      initialise(beatEncoderParameters(BEAT_NETWORK), seed),
      initialise(sequenceNetworkParameters(shape), seed),
      seed,
    );
  const made: SequenceModel = {
    ...{ kind: 'sequence', encoder: BEAT_NETWORK, shape, members: 2, rule: NO_RULE },
    contract: withSecondLead(SEQUENCE_CONTRACT),
    values: new Map([...member(0), ...member(1)]),
    provenance: {
      command: 'ecgpu train --model sequence --split pair --seed 3 --epochs 1 --leads 2 --members 2 --found-peaks',
      ...{ seed: 3, device: 'none', records: ['early', 'late'], version: '0.1.0' },
    },
  };
  await writeFile(model(), encodeModel(made));
});

it('calibrates an ensemble by ensembles of its own recipe, interrupted in any of their networks', async () => {
  const calibrate = [
    ...['calibrate', model(), '--data', at('data'), '--out', at('out'), '--split', at('pair.json')],
    ...['--folds', `${at('one.json')},${at('other.json')}`, '--work', at('folds'), '--device', 'wasm', '--json'],
  ];
  // In the first fold's second network, then in the second fold's first. Encoders have epochs too short to be shown.
  for (const run of ['first', 'second']) {
    let [trained, last] = [0, 0];
    const interrupted = await ecgpu(calibrate, (label, done) => {
      if (label !== 'steps') return;
      if (done < last || last === 0) trained++;
      last = done;
      if (trained === 2) throw new Error(`the machine went down for the ${run} time`);
    });
    expect(interrupted.exit).toBe(1);
  }
  expect(await filesIn(at('folds', 'sequence-one'))).toContain('model.safetensors');
  expect(await filesIn(at('folds', 'sequence-other'))).not.toContain('model.safetensors');
  const { exit, out, err } = await ecgpu(calibrate);
  expect(exit, err).toBe(0);
  expect(err).toMatch(/^3 of 4 networks trained, about .* left$/m);
  expect(err).toMatch(/^4 of 4 networks trained$/m);
  const { calibration } = JSON.parse(out) as { readonly calibration: Calibration };
  expect(calibration.folds).toEqual(Object.values(folds));
  for (const [name, rest] of [
    ['one', 'late'],
    ['other', 'early'],
  ] as const) {
    const { members, provenance } = decodeModel(
      await readFile(at('folds', `sequence-${name}`, 'model.safetensors')),
    ) as SequenceModel;
    expect([members, provenance.records, provenance.seed]).toEqual([2, [rest], 3]);
    expect(provenance.command).toMatch(/ --members 2 --stages 1 --found-peaks$/);
  }
  const { calibration: kept, ...plain } = decodeModel(await readFile(at('out')));
  expect(kept).toEqual(calibration);
  expect(encodeModel(plain)).toEqual(new Uint8Array(await readFile(model())));
});
