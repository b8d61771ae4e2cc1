import {
  adamw,
  averageParameters,
  type Device,
  f32,
  globalNorm,
  gradients,
  initialise,
  linear,
  mean,
  type ParameterDefinitions,
  Parameters,
  type Program,
  RandomGenerator,
  square,
  subtract,
  type TensorData,
} from '../src/index.js';

export const BATCH = 16;

const definitions: ParameterDefinitions = {
  'first.weight': { shape: [12, 3], init: { uniform: 0.5 } },
  'first.bias': { shape: [12], init: { constant: 0 } },
  'second.weight': { shape: [1, 12], init: { uniform: 0.3 } },
  'second.bias': { shape: [1], init: { constant: 0 } },
};

export interface Training {
  readonly parameters: Parameters;
  readonly program: Program;
  step(n: number): void;
}

/** A regression that a small network learns in a few hundred steps: y = x₀·x₁ + sin x₂. */
export async function smallTraining(
  device: Device,
  seed = 1,
  onProgress?: (done: number, total: number) => void,
): Promise<Training> {
  const parameters = new Parameters(device, initialise(definitions, seed));
  const program = await device.compile(
    { x: f32(BATCH, 3), y: f32(BATCH, 1) },
    ({ x, y }) => {
      const hidden = linear(x, parameters.get('first.weight'), parameters.get('first.bias'), { activation: 'tanh' });
      const predicted = linear(hidden, parameters.get('second.weight'), parameters.get('second.bias'));
      const loss = mean(square(subtract(predicted, y)));
      const gradient = gradients(loss, parameters);
      const weights = adamw(parameters, gradient, { weightDecay: 1e-3, maxNorm: 5 });
      averageParameters(parameters);
      return { loss, weights, norm: globalNorm(gradient) };
    },
    onProgress ? { onProgress } : {},
  );
  const x = new Float32Array(3 * BATCH);
  const y = new Float32Array(BATCH);
  return {
    parameters,
    program: program as unknown as Program,
    step(n) {
      const random = new RandomGenerator(seed, n);
      for (let i = 0; i < BATCH; i++) {
        for (let k = 0; k < 3; k++) x[3 * i + k] = random.uniform(-1, 1);
        y[i] = x[3 * i]! * x[3 * i + 1]! + Math.sin(x[3 * i + 2]!);
      }
      program.run({ x, y }, { learningRate: 0.01, step: n + 1, averageDecay: 0.9 });
    },
  };
}

/** The weights' bits, for comparing runs exactly. */
export async function weightBits({ parameters }: Training): Promise<number[]> {
  const values = (await parameters.weights.read()) as Float32Array;
  return [...new Uint32Array(values.buffer, values.byteOffset, values.length)];
}

export type Checkpoint = ReadonlyMap<string, TensorData>;

/** All state of a training: weights, the optimiser's moments and the average. */
export async function checkpointOf(training: Training): Promise<Checkpoint> {
  const states = [...statesOf(training)].map(async ([name, storage]) => [name, await storage.read()] as const);
  return new Map(await Promise.all(states));
}

export function restore(training: Training, checkpoint: Checkpoint): void {
  for (const [name, storage] of statesOf(training)) storage.write(checkpoint.get(name)!);
}

const statesOf = ({ parameters }: Training) => new Map([['weights', parameters.weights], ...parameters.companions]);
