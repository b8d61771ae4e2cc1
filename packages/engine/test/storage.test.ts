import { describe, expect, it } from 'vitest';
import { add, f32, Parameters, relu, reshape, scalar, sgd } from '../src/index.js';
import { DEVICE_KINDS, deviceForSuite } from './devices.js';
import { smallTraining } from './small-network.js';

const error = (code: string, message?: RegExp) =>
  expect.objectContaining({
    name: 'EngineError',
    code,
    ...(message ? { message: expect.stringMatching(message) } : {}),
  });

const ofOne = (name: string, ...values: number[]) =>
  new Map([[name, { shape: [values.length], values: Float32Array.from(values) }]]);

describe.each(DEVICE_KINDS)('memory that outlives programs on %s', (kind) => {
  const open = deviceForSuite(kind);
  const other = deviceForSuite(kind);

  it.for([0, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'is not made of a length that is none: %d',
    async (length, context) => {
      const device = open(context);
      const before = device.stats();
      expect(() => device.createStorage('f32', length, 'rows')).toThrow(error('INVALID_ARGUMENT', /^rows: /));
      expect(device.stats()).toEqual(before);
      // Nor is anything spoilt for what comes after.
      const storage = device.createStorage('f32', 3, 'three');
      storage.write(Float32Array.of(1, 2, 3));
      expect([...(await storage.read())]).toEqual([1, 2, 3]);
    },
  );

  it.for([1, 2, 3, 5, 63, 65, 257])('holds any number of elements of any type: %d', async (length, context) => {
    for (const dtype of ['f32', 'i32', 'u32'] as const) {
      const storage = open(context).createStorage(dtype, length, 'numbers');
      const values = Array.from({ length }, (_, i) => i + 1);
      storage.write(Float32Array.from(values));
      storage.write(Int32Array.of(9), length - 1);
      expect([...(await storage.read())]).toEqual([...values.slice(0, -1), 9]);
      storage.release();
    }
  });

  it('is given back when it is released, and counted', async (context) => {
    const device = open(context);
    const before = device.stats().bytesInUse;
    for (let round = 0; round < 200; round++) {
      const storage = device.createStorage('u32', 100_000, 'data set');
      storage.write(Uint32Array.of(round), round);
      expect(device.stats().bytesInUse).toBe(before + 400_000);
      storage.release();
      storage.release();
      expect(device.stats().bytesInUse).toBe(before);
    }
    // What was released is zero when it is given out again.
    const again = device.createStorage('u32', 100_000, 'data set');
    expect((await again.read()).every((value) => value === 0)).toBe(true);
    again.release();
  });

  it('is not written, read or compiled with after its release', async (context) => {
    const device = open(context);
    const parameters = new Parameters(device, ofOne('w', 1, 2));
    const { weights } = parameters;
    parameters.release();
    parameters.release();
    const released = error('DEVICE_CLOSED', /'weights' was released/);
    expect(() => weights.write(Float32Array.of(1))).toThrow(released);
    await expect(weights.read()).rejects.toThrow(released);
    await expect(parameters.read()).rejects.toThrow(released);
    expect(() => parameters.write(ofOne('w', 3, 4))).toThrow(released);
    const before = device.stats();
    await expect(device.compile({}, () => ({ y: relu(parameters.get('w')) }))).rejects.toThrow(released);
    expect(device.stats()).toEqual(before);
    expect(device.state).toBe('alive');
  });

  it('stops the programs that use it, but not what they have computed, nor other programs', async (context) => {
    const device = open(context);
    const parameters = new Parameters(device, ofOne('w', 1, -2));
    const program = await device.compile({ x: f32(2) }, ({ x }) => {
      const w = parameters.get('w');
      return { y: add(w, x), w: reshape(w, [2, 1]) };
    });
    const bystander = await device.compile({ x: f32(2) }, ({ x }) => ({ y: relu(x) }));
    const x = Float32Array.of(10, 20);
    program.run({ x });
    const pending = program.read('w');
    parameters.release();
    expect([...(await pending)]).toEqual([1, -2]);
    expect([...(await program.read('y'))]).toEqual([11, 18]);
    const released = error('DEVICE_CLOSED', /'weights' was released/);
    expect(() => program.run({ x })).toThrow(released);
    await expect(program.read('w')).rejects.toThrow(released);
    await expect(program.profile()).rejects.toThrow(released);
    expect(program.stats().runs).toBe(1);
    bystander.run({ x });
    expect([...(await bystander.read('y'))]).toEqual([10, 20]);
    program.release();
    bystander.release();
  });

  it('of a training goes with its parameters: moments, averages, what the optimiser is told', async (context) => {
    const device = open(context);
    const before = device.stats().bytesInUse;
    for (let round = 0; round < 3; round++) {
      const { parameters, program, step } = await smallTraining(device);
      step(0);
      expect(parameters.companions.size).toBeGreaterThan(2);
      program.release();
      parameters.release();
      expect(device.stats().bytesInUse).toBe(before);
    }
  });

  it('is shared by programs: each sees what the other has left', async (context) => {
    const device = open(context);
    const parameters = new Parameters(device, ofOne('w', 1, 2));
    const length = parameters.weights.length;
    const descend = await device.compile({ g: f32(length) }, ({ g }) => ({ w: sgd(parameters, g) }));
    const look = await device.compile({}, () => ({ w: add(parameters.get('w'), scalar('zero')) }));
    const g = new Float32Array(length).fill(1);
    for (let n = 1; n <= 3; n++) {
      descend.run({ g }, { learningRate: 0.5 });
      look.run({}, { zero: 0 });
      expect([...(await look.read('w'))]).toEqual([1 - n / 2, 2 - n / 2]);
    }
    descend.release();
    look.run({}, { zero: 0 });
    expect([...(await look.read('w'))]).toEqual([-0.5, 0.5]);
  });

  it('of another device is refused when a program is compiled', async (context) => {
    const device = open(context);
    const before = device.stats();
    const stranger = new Parameters(other(context), ofOne('w', 1, 2));
    await expect(device.compile({}, () => ({ y: relu(stranger.get('w')) }))).rejects.toThrow(
      error('INVALID_ARGUMENT', /weights.*another device/),
    );
    await expect(device.compile({}, () => ({ w: stranger.get('w') }))).rejects.toThrow(error('INVALID_ARGUMENT'));
    expect(device.stats()).toEqual(before);
  });

  it('is not seen as another type, though it was seen as its own before', async (context) => {
    const device = open(context);
    const numbers = device.createStorage('f32', 4, 'numbers');
    const compiled = device.compile({ x: f32(4) }, ({ x }) => {
      const own = x.graph.storage(numbers, f32(4));
      const other = x.graph.storage(numbers, { dtype: 'i32', shape: [4] });
      return { own, other };
    });
    await expect(compiled).rejects.toThrow(error('INVALID_ARGUMENT', /i32\[4\].*does not lie in f32\[4\]/));
  });
});
