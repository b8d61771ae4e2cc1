import { describe, expect, it } from 'vitest';
import {
  adamw,
  add,
  conv1d,
  dropout,
  f32,
  fill,
  gradientsOf,
  i32,
  linear,
  matmul,
  maxPool1d,
  mean,
  Parameters,
  relu,
  reshape,
  scalar,
  scale,
  sgd,
  sum,
  type Tensor,
} from '../src/index.js';
import { openCpuDevice } from '../src/testing/index.js';
import { DEVICE_KINDS, deviceForSuite } from './devices.js';

const error = (code: string, message?: RegExp) =>
  expect.objectContaining({
    name: 'EngineError',
    code,
    ...(message ? { message: expect.stringMatching(message) } : {}),
  });

it('a tensor beyond any memory is an error of the reference device too', async () => {
  const compiled = openCpuDevice().compile({ x: f32(2 ** 40) }, ({ x }) => ({ y: relu(x) }));
  await expect(compiled).rejects.toThrow(error('OUT_OF_MEMORY', /1099511627776/));
});

describe.each(DEVICE_KINDS)('mistakes on %s', (kind) => {
  const open = deviceForSuite(kind);

  it.for([
    ['matmul', ({ a, b }: Record<string, Tensor>) => matmul(a!, b!), 'SHAPE_MISMATCH', /\[2, 3\] by \[2, 3\]/],
    ['linear', ({ a, c }: Record<string, Tensor>) => linear(a!, c!), 'SHAPE_MISMATCH', /in = 3/],
    ['add', ({ a, c }: Record<string, Tensor>) => add(a!, c!), 'SHAPE_MISMATCH', /broadcast \[2, 3\] with \[4, 5\]/],
    ['reshape', ({ a }: Record<string, Tensor>) => reshape(a!, [5]), 'SHAPE_MISMATCH', /6 elements/],
    ['a type', ({ n }: Record<string, Tensor>) => relu(n!), 'DTYPE_MISMATCH', /f32, got i32/],
    ['an axis', ({ a }: Record<string, Tensor>) => sum(a!, 2), 'INVALID_ARGUMENT', /axis 2/],
    [
      'a loss that is no number',
      ({ a }: Record<string, Tensor>) => gradientsOf(a!, [a!])[0]!,
      'INVALID_ARGUMENT',
      /one number/,
    ],
  ] as const)('are found where they are written: %s', async ([, build, code, message], context) => {
    const device = open(context);
    const before = device.stats();
    const compiled = device.compile({ a: f32(2, 3), b: f32(2, 3), c: f32(4, 5), n: i32(4) }, (inputs) => ({
      y: build(inputs),
    }));
    await expect(compiled).rejects.toThrow(error(code, message));
    expect(device.stats()).toEqual(before);
  });

  it('in the values of a run are told before anything runs', async (context) => {
    const program = await open(context).compile({ x: f32(4) }, ({ x }) => ({ y: scale(add(x, scalar('shift')), 2) }));
    const x = new Float32Array(4);
    expect(() => program.run({ x })).toThrow(error('INVALID_ARGUMENT', /'shift'.*not given/));
    expect(() => program.run({ x: new Float32Array(3) }, { shift: 1 })).toThrow(
      error('INVALID_ARGUMENT', /4 values.*got 3/),
    );
    expect(() => program.run({ x, z: x } as never, { shift: 1 })).toThrow(
      error('INVALID_ARGUMENT', /'z'.*not an input/),
    );
    await expect(program.read('z' as never)).rejects.toThrow(error('INVALID_ARGUMENT', /there are: y/));
    expect(program.stats().runs).toBe(0);
    program.run({ x }, { shift: 1 });
    expect([...(await program.read('y'))]).toEqual([2, 2, 2, 2]);
  });

  it('with tensors that outlive their trace are refused', async (context) => {
    const device = open(context);
    let leaked: Tensor | undefined;
    await device.compile({ x: f32(1) }, ({ x }) => {
      leaked = x;
      return { y: relu(x) };
    });
    await expect(device.compile({ x: f32(1) }, ({ x }) => ({ y: add(x, leaked!) }))).rejects.toThrow(
      error('TRACE_STATE'),
    );
    expect(() => scalar('rate')).toThrow(error('TRACE_STATE', /outside a trace/));
  });

  it('of reading state after it was replaced are refused', async (context) => {
    const device = open(context);
    const parameters = new Parameters(device, new Map([['w', { shape: [4], values: Float32Array.of(1, 2, 3, 4) }]]));
    const compiled = device.compile({ x: f32(4) }, ({ x }) => {
      const w = parameters.get('w');
      const loss = mean(add(w, x));
      const [gradient] = gradientsOf(loss, [w]);
      sgd(parameters, reshape(add(parameters.flatWeights(), sum(gradient!)), [parameters.weights.length]));
      return { late: relu(w) };
    });
    await expect(compiled).rejects.toThrow(error('STALE_READ', /weights after sgd replaced it/));
  });

  it('of giving out state after it was replaced are refused', async (context) => {
    const device = open(context);
    const parameters = new Parameters(device, new Map([['w', { shape: [4], values: Float32Array.of(1, 2, 3, 4) }]]));
    const compiled = device.compile({ g: f32(parameters.weights.length) }, ({ g }) => {
      const before = reshape(parameters.get('w'), [2, 2]);
      sgd(parameters, g);
      return { before };
    });
    await expect(compiled).rejects.toThrow(error('STALE_READ', /weights after sgd replaced it/));
  });

  it('of using what was released or closed are told', async (context) => {
    const device = open(context);
    const program = await device.compile({ x: f32(2) }, ({ x }) => ({ y: relu(x) }));
    const inUse = device.stats().bytesInUse;
    program.release();
    program.release();
    expect(device.stats().bytesInUse).toBeLessThan(inUse);
    expect(() => program.run({ x: new Float32Array(2) })).toThrow(error('DEVICE_CLOSED', /released/));
    await expect(program.read('y')).rejects.toThrow(error('DEVICE_CLOSED'));
  });

  it('of unknown parameters list the known ones', async (context) => {
    const parameters = new Parameters(open(context), new Map([['w', { shape: [1], values: Float32Array.of(1) }]]));
    expect(() => parameters.write(new Map([['v', { shape: [1], values: Float32Array.of(1) }]]))).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_PARAMETER', fix: 'Known: w.' }),
    );
    expect(() => parameters.write(new Map([['w', { shape: [2], values: Float32Array.of(1, 2) }]]))).toThrow(
      error('SHAPE_MISMATCH'),
    );
  });

  it('in what an optimiser or a factor is set to are told when the program is compiled', async (context) => {
    const device = open(context);
    const parameters = new Parameters(device, new Map([['w', { shape: [1], values: Float32Array.of(1) }]]));
    const g = f32(parameters.weights.length);
    const [nan, infinity] = [Number.NaN, Number.POSITIVE_INFINITY];
    for (const build of [
      ...[
        { beta1: 1 },
        { beta2: -0.1 },
        { epsilon: 0 },
        { epsilon: 1e-50 },
        { epsilon: 1e39 },
        { weightDecay: 1e39 },
        { weightDecay: infinity },
        { maxNorm: 0 },
        { maxNorm: nan },
      ].map((options) => (gradient: Tensor) => adamw(parameters, gradient, options)),
      ...[{ momentum: nan }, { momentum: 1e39 }, { weightDecay: -1 }, { maxNorm: -1 }, { maxNorm: 1e-60 }].map(
        (options) => (gradient: Tensor) => sgd(parameters, gradient, options),
      ),
      ...[nan, infinity, 1e39].map((factor) => (gradient: Tensor) => scale(gradient, factor)),
    ]) {
      await expect(device.compile({ g }, (inputs) => ({ y: build(inputs.g) }))).rejects.toThrow(
        error('INVALID_ARGUMENT', /must be/),
      );
    }
  });

  it('in shapes and outputs are told, whatever op has them', async (context) => {
    const device = open(context);
    const before = device.stats();
    for (const build of [
      () => fill([2.5], 1),
      () => fill([0], 1),
      (x: Tensor) => reshape(x, [-1, -4]),
      (x: Tensor) => reshape(x, [0.5, 8]),
      (x: Tensor) => gradientsOf(sum(relu(x)), [fill([1], 1)])[0]!,
      () => Float32Array.of(1) as unknown as Tensor,
    ]) {
      await expect(device.compile({ x: f32(4) }, ({ x }) => ({ y: build(x) }))).rejects.toThrow(
        error('INVALID_ARGUMENT', /positive integer|no tensor of this trace/),
      );
    }
    expect(device.stats()).toEqual(before);
  });

  it('of asking for gradients by a tensor of another trace are told', async (context) => {
    const device = open(context);
    let stranger: Tensor | undefined;
    await device.compile({ x: f32(1) }, ({ x }) => {
      stranger = x;
      return { x };
    });
    const compiled = device.compile({ x: f32(1) }, ({ x }) => ({ y: gradientsOf(sum(x), [stranger!])[0] ?? x }));
    await expect(compiled).rejects.toThrow(error('TRACE_STATE', /another trace/));
  });

  it('of a listener to the progress leave nothing behind', async (context) => {
    const device = open(context);
    const before = device.stats().bytesInUse;
    const onProgress = () => {
      throw new Error('of its own');
    };
    const compiled = device.compile({ x: f32(4) }, ({ x }) => ({ y: relu(x) }), { onProgress });
    await expect(compiled).rejects.toThrow('of its own');
    expect(device.stats().bytesInUse).toBe(before);
  });

  it('in windows that no kernel can count are told when the program is compiled', async (context) => {
    const device = open(context);
    for (const build of [
      (x: Tensor) => conv1d(x, x, undefined, { stride: 2 ** 33 }),
      (x: Tensor) => conv1d(x, x, undefined, { stride: 2 ** 31 + 1 }),
      (x: Tensor) => conv1d(x, x, undefined, { padding: 1.5 }),
      (x: Tensor) => maxPool1d(x, { kernel: 2, stride: 2 ** 32 }),
    ]) {
      await expect(device.compile({ x: f32(1, 1, 8) }, ({ x }) => ({ y: build(x) }))).rejects.toThrow(
        error('INVALID_ARGUMENT', /must be a whole number from/),
      );
    }
  });

  it('in the values of a run leave what was staged before', async (context) => {
    const program = await open(context).compile({ x: f32(1) }, ({ x }) => ({ y: add(x, scalar('shift')) }));
    program.run({ x: Float32Array.of(1) }, { shift: 10 });
    expect(() => program.run({ x: Float32Array.of(2) })).toThrow(error('INVALID_ARGUMENT', /'shift'/));
    await program.profile();
    expect([...(await program.read('y'))]).toEqual([11]);
  });

  it('of scalars of integers that are none are told, where they would count as 0', async (context) => {
    const program = await open(context).compile({ x: f32(4) }, ({ x }) => ({ y: dropout(x, { probability: 0.5 }) }));
    const x = new Float32Array(4);
    for (const step of [Number.NaN, 1.5, Number.POSITIVE_INFINITY]) {
      expect(() => program.run({ x }, { seed: 1, step })).toThrow(error('INVALID_ARGUMENT', /'step'.*needs u32\[\]/));
    }
    expect(() => program.run({ x }, { seed: 1, step: undefined as never })).toThrow(
      error('INVALID_ARGUMENT', /'step'.*not given/),
    );
    program.run({ x }, { seed: 1, step: 1 });
  });

  it('by names that every object has are mistakes too', async (context) => {
    const program = await open(context).compile({ x: f32(1) }, ({ x }) => ({ y: add(x, scalar('constructor')) }));
    expect(program.scalars).toEqual(['constructor']);
    expect(() => program.run({ x: Float32Array.of(1) })).toThrow(error('INVALID_ARGUMENT', /'constructor'.*not given/));
  });

  it('of writing beside the elements of a storage, or more than there is room for', async (context) => {
    const storage = open(context).createStorage('f32', 4, 'four');
    for (const offset of [-1, 0.5, Number.NaN, 4]) {
      expect(() => storage.write(Float32Array.of(1), offset)).toThrow(error('INVALID_ARGUMENT', /do not fit/));
    }
    expect([...(await storage.read())]).toEqual([0, 0, 0, 0]);
  });

  it('of values that do not fill a parameter, or reach into the next, are refused before any is written', async (context) => {
    const value = (length: number) => ({ shape: [64], values: new Float32Array(length).fill(7) });
    const parameters = new Parameters(
      open(context),
      new Map([
        ['v', { shape: [64], values: new Float32Array(64) }],
        ['w', { shape: [64], values: new Float32Array(64) }],
      ]),
    );
    for (const length of [63, 65]) {
      expect(() =>
        parameters.write(
          new Map([
            ['w', value(64)],
            ['v', value(length)],
          ]),
        ),
      ).toThrow(error('INVALID_ARGUMENT', /has 64 values, got/));
    }
    const kept = await parameters.read();
    expect([...kept.get('v')!.values, ...kept.get('w')!.values].every((x) => x === 0)).toBe(true);
  });
});
