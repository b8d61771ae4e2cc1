import { activateFast, activationFloor } from './math';
import { shareStart, storeFirst } from './partition';

/** x and y [batch, channels, length], all else [channels]. */
@unmanaged
class NormParameters {
  x: usize;
  weight: usize;
  bias: usize;
  y: usize;
  mean: usize;
  /** Training: the inverse deviation. Inference: the variance. */
  spread: usize;
  rows: i32;
  channels: i32;
  length: i32;
  epsilon: f32;
  activation: i32;
  training: i32;
}

/** y = f((x − mean) · weight / deviation + bias). Threads share the rows. */
export function batchNorm(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<NormParameters>(parameters);
  const end = shareStart(p.rows, thread + 1, threads);
  for (let row = shareStart(p.rows, thread, threads); row < end; row++) normaliseRow(p, row);
}

/** 1 / deviation of a channel, from what `spread` holds. */
export function inverseOf(spread: usize, channel: i32, epsilon: f32, training: i32): f32 {
  const value = load<f32>(spread + ((<usize>channel) << 2));
  return training ? value : 1 / sqrt<f32>(value + epsilon);
}

function normaliseRow(p: NormParameters, row: i32): void {
  const channel = row % p.channels;
  const at = (<usize>channel) << 2;
  const centre = v128.load32_splat(p.mean + at);
  const factor = f32x4.splat(load<f32>(p.weight + at) * inverseOf(p.spread, channel, p.epsilon, p.training));
  const shift = v128.load32_splat(p.bias + at);
  const code = p.activation;
  const floor = activationFloor(code);
  let x = p.x + <usize>row * <usize>p.length * 4;
  let y = p.y + <usize>row * <usize>p.length * 4;
  let left = p.length;
  for (; left >= 4; left -= 4, x += 16, y += 16) {
    const z = f32x4.add(f32x4.mul(f32x4.sub(v128.load(x), centre), factor), shift);
    v128.store(y, activateFast(code, floor, z));
  }
  const z = f32x4.add(f32x4.mul(f32x4.sub(v128.load(x), centre), factor), shift);
  storeFirst(y, activateFast(code, floor, z), left);
}
