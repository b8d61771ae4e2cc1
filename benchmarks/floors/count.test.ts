import { readFile } from 'node:fs/promises';
import { f32, Parameters } from '@ecgpu/engine';
import { decodeModel, describeModel, type SequenceModel, separateValues, sequenceNetwork } from '@ecgpu/model';
import { describe, expect, it } from 'vitest';
import { loadBeats } from '../beats.js';
import { REFERENCE } from '../peers/ecgpu.js';
import { repositoryFile } from '../repository.js';
import { countInference, countProgram, countTraining, type ProgramCount } from './count.js';

const { values } = await loadBeats();
const batch = 2;

/** Products of the network's parts by hand, for one beat. */
const CONVOLUTIONS = [24 * 160 * 2 * 7, 48 * 80 * 24 * 5, 64 * 40 * 48 * 3, 64 * 40 * 64 * 3].map((n) => 2 * n);
const PROJECTION = 2 * 20 * 192 * 64;
const RECURRENCE = 2 * 20 * 2 * 96 * 32;
const KEYS = 2 * 20 * 64 * 32;
const HEAD = 2 * (79 * 48 + 48 * 4);
const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);

describe('counted operations', () => {
  it('of an inference are what one counts by hand', async () => {
    const { ops } = await countInference(values, batch);
    const flops = (op: string) => ops.find((each) => each.op === op)!.flops / batch;
    expect(flops('conv1d')).toBe(sum(CONVOLUTIONS));
    expect(flops('linear')).toBe(PROJECTION + KEYS + HEAD);
    expect(flops('gruRecurrence')).toBe(RECURRENCE);
  });

  it('of a training step: two gradients for each product, but none for the first input', async () => {
    const { ops } = await countTraining(values, batch, 'plain');
    const flops = (op: string) => ops.find((each) => each.op === op)!.flops / batch;
    expect(flops('conv1dWeightGradient')).toBe(sum(CONVOLUTIONS));
    expect(flops('conv1dInputGradient')).toBe(sum(CONVOLUTIONS.slice(1)));
    expect(flops('matmul')).toBe(2 * (PROJECTION + KEYS + HEAD));
    expect([flops('gruRecurrenceGradient'), flops('gruWeightGradient')]).toEqual([RECURRENCE, RECURRENCE]);
  });

  it('are those that a model file states, which are counted from its shapes alone', async () => {
    const shipped = (name: string) => readFile(repositoryFile(`packages/model/pretrained/${name}.safetensors`));
    const [beat, bytes] = [await describeModel(await shipped('beat')), await shipped('sequence')];
    expect(products(await countInference(values, 1))).toBe(beat.operationsPerBeat);

    const model = decodeModel(bytes) as SequenceModel;
    const encoder = beat.operationsPerBeat - HEAD;
    expect(model.relative).toBeDefined();
    // Every beat lies in two windows, of each of two stages.
    const inWindows = (2 * 2 * products(await countSequence(model))) / model.shape.beats;
    expect((await describeModel(bytes)).operationsPerBeat).toBe(model.members * (2 * encoder + inWindows));
  });

  it('reads every parameter and moves bytes in proportion to the batch', async () => {
    const [one, four] = [await countInference(values, 1), await countInference(values, 4)];
    const weights = 4 * sum([...values.values()].map(({ values: data }) => data.length));
    const perBeat = (four.bytes - one.bytes) / 3;
    expect(one.bytes - perBeat).toBe(weights);
    expect(four.flops).toBe(4 * one.flops);
  });
});

/** Those of weights and of attention; what only maps or moves elements is left out. */
function products({ ops }: ProgramCount): number {
  const counted = ['conv1d', 'linear', 'gruRecurrence', 'attentionPool'];
  return sum(ops.filter(({ op }) => counted.includes(op)).map(({ flops }) => flops));
}

/** One window of a sequence model's first member. */
async function countSequence({ shape, values: all }: SequenceModel): Promise<ProgramCount> {
  const device = await REFERENCE.open();
  const parameters = new Parameters(device, separateValues(all, 0).sequence);
  const program = await device.compile(
    { encoded: f32(1, shape.beats, shape.encoding), rhythm: f32(1, shape.beats, shape.features) },
    (inputs) => {
      const { logits, fibrillation } = sequenceNetwork(parameters, inputs, shape, 'inference');
      return { logits, fibrillation };
    },
  );
  const count = countProgram(program);
  device.close();
  return count;
}
