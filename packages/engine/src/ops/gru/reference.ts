import { reference } from '../reference.js';
import { type GruExtent, gruExtent } from './recurrence.js';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** The steps in the order that a direction takes them. */
function order(steps: number, direction: number): number[] {
  const ascending = [...Array(steps).keys()];
  return direction === 1 ? ascending.reverse() : ascending;
}

/** r = σ(x_r + a_r), z = σ(x_z + a_z), n = tanh(x_n + r·a_n), h' = (1 − z)·n + z·h with a = U·h + b (PyTorch's GRU). */
export const gruRecurrenceReference = reference(({ inputs, outputs, inputTypes }) => {
  const [x, weight, bias] = [inputs[0]!, inputs[1]!, inputs[2]!];
  const [output, gates] = [outputs[0]!, outputs[1]!];
  const { batch, steps, directions, hidden } = gruExtent(inputTypes[0]!, inputTypes[1]!);
  const preactivation = new Float64Array(3 * hidden);
  for (let b = 0; b < batch; b++) {
    for (let d = 0; d < directions; d++) {
      let h = new Float64Array(hidden);
      for (const t of order(steps, d)) {
        for (let row = 0; row < 3 * hidden; row++) {
          let total = bias[d * 3 * hidden + row]!;
          const from = (d * 3 * hidden + row) * hidden;
          for (let k = 0; k < hidden; k++) total += weight[from + k]! * h[k]!;
          preactivation[row] = total;
        }
        const next = new Float64Array(hidden);
        const at = (b * steps + t) * directions + d;
        for (let j = 0; j < hidden; j++) {
          const from = at * 3 * hidden + j;
          const r = sigmoid(x[from]! + preactivation[j]!);
          const z = sigmoid(x[from + hidden]! + preactivation[hidden + j]!);
          const n = Math.tanh(x[from + 2 * hidden]! + r * preactivation[2 * hidden + j]!);
          next[j] = (1 - z) * n + z * h[j]!;
          output[at * hidden + j] = next[j]!;
          const saved = (at * hidden + j) * 4;
          gates[saved] = r;
          gates[saved + 1] = z;
          gates[saved + 2] = n;
          gates[saved + 3] = preactivation[2 * hidden + j]!;
        }
        h = next;
      }
    }
  }
});

/**
 * Against each direction's time, with dh the gradient of the state: dn = dh(1 − z)(1 − n²), dz = dh(h − n)z(1 − z),
 * dr = dn·a_n·r(1 − r); the step before gets dh·z + Uᵀ·(dr, dz, dn·r).
 */
export const gruRecurrenceGradientReference = reference<GruExtent>(({ inputs, outputs, attributes }) => {
  const [doutput, weight, output, gates] = [inputs[0]!, inputs[1]!, inputs[2]!, inputs[3]!];
  const [dprojected, drecurrentN] = [outputs[0]!, outputs[1]!];
  const { batch, steps, directions, hidden } = attributes;
  for (let b = 0; b < batch; b++) {
    for (let d = 0; d < directions; d++) {
      let dh = new Float64Array(hidden);
      const times = order(steps, d);
      for (let i = steps - 1; i >= 0; i--) {
        const at = (b * steps + times[i]!) * directions + d;
        const before = (b * steps + (times[i - 1] ?? 0)) * directions + d;
        const next = new Float64Array(hidden);
        for (let j = 0; j < hidden; j++) {
          const saved = (at * hidden + j) * 4;
          const [r, z, n, a] = [gates[saved]!, gates[saved + 1]!, gates[saved + 2]!, gates[saved + 3]!];
          const previous = i === 0 ? 0 : output[before * hidden + j]!;
          const slope = dh[j]! + doutput[at * hidden + j]!;
          const dn = slope * (1 - z) * (1 - n * n);
          const dz = slope * (previous - n) * z * (1 - z);
          const dr = dn * a * r * (1 - r);
          const to = at * 3 * hidden + j;
          dprojected[to] = dr;
          dprojected[to + hidden] = dz;
          dprojected[to + 2 * hidden] = dn;
          drecurrentN[at * hidden + j] = dn * r;
          next[j] = slope * z;
        }
        for (let row = 0; row < 3 * hidden; row++) {
          const slope =
            row < 2 * hidden ? dprojected[at * 3 * hidden + row]! : drecurrentN[at * hidden + row - 2 * hidden]!;
          const from = (d * 3 * hidden + row) * hidden;
          for (let k = 0; k < hidden; k++) next[k]! += weight[from + k]! * slope;
        }
        dh = next;
      }
    }
  }
});

/** dU[g, k] = Σ over batch and time of da[g]·h[k], h the state before the step, and db[g] = Σ da[g]. */
export const gruWeightGradientReference = reference<GruExtent>(({ inputs, outputs, attributes }) => {
  const [dprojected, drecurrentN, output] = [inputs[0]!, inputs[1]!, inputs[2]!];
  const [dweight, dbias] = [outputs[0]!, outputs[1]!];
  const { batch, steps, directions, hidden } = attributes;
  dweight.fill(0);
  dbias.fill(0);
  for (let b = 0; b < batch; b++) {
    for (let d = 0; d < directions; d++) {
      const times = order(steps, d);
      for (let i = 0; i < steps; i++) {
        const at = (b * steps + times[i]!) * directions + d;
        const before = ((b * steps + (times[i - 1] ?? 0)) * directions + d) * hidden;
        for (let row = 0; row < 3 * hidden; row++) {
          const slope =
            row < 2 * hidden ? dprojected[at * 3 * hidden + row]! : drecurrentN[at * hidden + row - 2 * hidden]!;
          dbias[d * 3 * hidden + row]! += slope;
          if (i === 0) continue;
          const to = (d * 3 * hidden + row) * hidden;
          for (let k = 0; k < hidden; k++) dweight[to + k]! += slope * output[before + k]!;
        }
      }
    }
  }
});
