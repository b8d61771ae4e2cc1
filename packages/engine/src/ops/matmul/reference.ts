import { activate } from '../activation/activation.js';
import { reference } from '../reference.js';
import { type LinearAttributes, linearExtent } from './linear.js';
import { type MatmulAttributes, matmulExtent } from './matmul.js';

/** c[i, j] = Σₖ op(a)[i, k] · op(b)[k, j]. */
export const matmulReference = reference<MatmulAttributes>(({ inputs, outputs, inputTypes, attributes }) => {
  const [a, b, c] = [inputs[0]!, inputs[1]!, outputs[0]!];
  const { batch, m, n, k } = matmulExtent(inputTypes[0]!, inputTypes[1]!, attributes);
  const [aRow, aColumn] = attributes.transposeA ? [1, m] : [k, 1];
  const [bRow, bColumn] = attributes.transposeB ? [1, k] : [n, 1];
  c.fill(0);
  for (let s = 0; s < batch; s++) {
    for (let i = 0; i < m; i++) {
      for (let p = 0; p < k; p++) {
        const left = a[s * m * k + i * aRow + p * aColumn]!;
        const from = s * k * n + p * bRow;
        const to = (s * m + i) * n;
        for (let j = 0; j < n; j++) c[to + j]! += left * b[from + j * bColumn]!;
      }
    }
  }
});

/** y = f(x·Wᵀ + b). */
export const linearReference = reference<LinearAttributes>(({ inputs, outputs, inputTypes, attributes }) => {
  const [x, weight, bias, y] = [inputs[0]!, inputs[1]!, inputs[2], outputs[0]!];
  const { m, n, k } = linearExtent(inputTypes[0]!, inputTypes[1]!);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let total = bias?.[j] ?? 0;
      for (let p = 0; p < k; p++) total += x[i * k + p]! * weight[j * k + p]!;
      y[i * n + j] = activate(attributes.activation, total);
    }
  }
});
