import {
  adamw,
  type Device,
  f32,
  gradients,
  i32,
  Parameters,
  type ParameterValues,
  type Program,
  type ScalarValues,
  softmaxCrossEntropy,
} from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import {
  BEAT_NETWORK,
  type BeatBatch,
  type BeatNetworkShape,
  beatNetwork,
  compileTrainingStep,
  DEFAULT_TRAINING,
} from '@ecgpu/model';
import { NETWORK } from '../beats.js';
import { type Contender, type Entry, relativeError, timed } from '../measurement/contender.js';

export const LEARNING_RATE = 1e-3;
/** Steps whose losses are compared: the first checks the forward pass, the others gradients and update. */
export const CHECKED_STEPS = 3;

export interface OwnDevice {
  readonly name: string;
  /** Threads of a wasm device. */
  readonly simdThreads?: number;
  readonly open: () => Promise<Device>;
}

export const WEBGPU: OwnDevice = { name: 'ecgpu webgpu', open: () => openDevice({ kind: 'webgpu' }) };
export const wasm = (threads: number): OwnDevice => ({
  name: `ecgpu wasm, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
  simdThreads: threads,
  open: () => openDevice({ kind: 'wasm', threads }),
});
export const REFERENCE: OwnDevice = { name: 'reference', open: () => openDevice({ kind: 'cpu' }) };
export const OWN_DEVICES = [WEBGPU, wasm(1), wasm(2)];

/** The row, and behind it the same again: how far apart they are is what the measurement is worth. */
export function withControl(entry: Entry): Entry[] {
  return [entry, { ...entry, name: `${entry.name} (again)`, controlOf: entry.name }];
}

/** `plain`: what every library can do alike, Adam and no dropout. `shipped`: all that training a model does. */
export type StepKind = 'plain' | 'shipped';

interface Step {
  readonly program: Program;
  readonly scalars: (step: number) => ScalarValues;
}

export async function compileStep(
  device: Device,
  values: ParameterValues,
  batchSize: number,
  kind: StepKind,
): Promise<Step> {
  const parameters = new Parameters(device, values);
  if (kind === 'shipped') {
    const { weightDecay, maxNorm } = DEFAULT_TRAINING;
    const options = { batchSize, mode: 'training', weightDecay, maxNorm, average: true } as const;
    const program = await compileTrainingStep(device, parameters, BEAT_NETWORK, options);
    return { program, scalars: (step) => ({ learningRate: LEARNING_RATE, step, seed: step, averageDecay: 0.9 }) };
  }
  const program = await device.compile(batchTypes(batchSize, NETWORK), ({ window, rhythm, label, weight }) => {
    const { logits } = beatNetwork(parameters, { window, rhythm }, NETWORK, 'training');
    const loss = softmaxCrossEntropy(logits, label, weight);
    adamw(parameters, gradients(loss, parameters));
    return { loss };
  });
  return { program: program as unknown as Program, scalars: (step) => ({ learningRate: LEARNING_RATE, step }) };
}

function batchTypes(size: number, { channels, samples, features }: BeatNetworkShape) {
  return { window: f32(size, channels, samples), rhythm: f32(size, features), label: i32(size), weight: f32(size) };
}

/** Losses of the first steps. */
export async function firstLosses({ program, scalars }: Step, batch: BeatBatch): Promise<number[]> {
  const losses: number[] = [];
  for (let step = 1; step <= CHECKED_STEPS; step++) {
    program.run({ ...batch }, scalars(step));
    losses.push(await program.readScalar('loss'));
  }
  return losses;
}

export function trainingEntry(
  own: OwnDevice,
  values: ParameterValues,
  batch: BeatBatch,
  kind: StepKind,
  expected: readonly number[],
): Entry {
  const open = async (): Promise<Contender> => {
    const device = await own.open();
    const step = await compileStep(device, values, batch.label.length, kind);
    const losses = await firstLosses(step, batch);
    let steps = CHECKED_STEPS;
    return {
      error: relativeError(losses, expected),
      facts: { dispatches: step.program.stats().dispatches, bytesReserved: step.program.stats().bytesReserved },
      sample: (iterations) =>
        timed(async () => {
          for (let i = 0; i < iterations; i++) step.program.run({ ...batch }, step.scalars(++steps));
          await step.program.readScalar('loss');
        }),
      close: () => device.close(),
    };
  };
  return { name: kind === 'plain' ? own.name : `${own.name}, as shipped`, open };
}

export async function compileInference(device: Device, parameters: Parameters, size: number): Promise<Program> {
  const { channels, samples, features } = NETWORK;
  const program = await device.compile(
    { window: f32(size, channels, samples), rhythm: f32(size, features) },
    ({ window, rhythm }) => ({ logits: beatNetwork(parameters, { window, rhythm }, NETWORK, 'inference').logits }),
  );
  return program as unknown as Program;
}

export function inferenceEntry(
  own: OwnDevice,
  values: ParameterValues,
  { window, rhythm, label }: BeatBatch,
  expected: ArrayLike<number>,
): Entry {
  const open = async (): Promise<Contender> => {
    const device = await own.open();
    const program = await compileInference(device, new Parameters(device, values), label.length);
    program.run({ window, rhythm });
    const error = relativeError(await program.read('logits'), expected);
    return {
      error,
      facts: { dispatches: program.stats().dispatches, bytesReserved: program.stats().bytesReserved },
      sample: (iterations) =>
        timed(async () => {
          for (let i = 0; i < iterations; i++) {
            program.run({ window, rhythm });
            await program.read('logits');
          }
        }),
      close: () => device.close(),
    };
  };
  return { name: own.name, open };
}
