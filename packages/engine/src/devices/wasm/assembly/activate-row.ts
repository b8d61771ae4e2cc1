import { activate, relu, sigmoidRow, tanhRow } from './math';
import { storeFirst } from './partition';

/** x ← f(x) of `count` values in place, f by its `Activation` code. */
export function activateRow(x: usize, count: i32, code: i32): void {
  const whole = count & ~3;
  if (code === 1)
    for (let i = 0; i < whole; i += 4) v128.store(x + ((<usize>i) << 2), relu(v128.load(x + ((<usize>i) << 2))));
  else if (code === 2) tanhRow(x, whole);
  else if (code === 3) sigmoidRow(x, whole);
  const rest = x + ((<usize>whole) << 2);
  if (whole < count) storeFirst(rest, activate(code, v128.load(rest)), count - whole);
}
