import { gradientRule } from '../gradient.js';
import { sum } from '../reduce/reduce.js';
import { reshape } from '../reshape/reshape.js';
import { unaryDerivative } from '../unary/gradient.js';
import { type LinearAttributes, linearExtent } from './linear.js';
import { type MatmulAttributes, matmul } from './matmul.js';

/** c = op(a)·op(b): da = dc·op(b)ᵀ and db = op(a)ᵀ·dc, each transposed back to how its operand lies. */
export const matmulGradient = gradientRule<MatmulAttributes>(({ inputs, attributes, outputGradients, needs }) => {
  const [a, b] = [inputs[0]!, inputs[1]!];
  const dc = outputGradients[0]!;
  const { transposeA, transposeB } = attributes;
  const da = () =>
    transposeA
      ? matmul(b, dc, { transposeA: transposeB, transposeB: true })
      : matmul(dc, b, { transposeB: !transposeB });
  const db = () =>
    transposeB
      ? matmul(dc, a, { transposeA: true, transposeB: transposeA })
      : matmul(a, dc, { transposeA: !transposeA });
  return [needs[0] ? da() : undefined, needs[1] ? db() : undefined];
});

/** y = f(x·Wᵀ + b): with dz = dy·f′, dx = dz·W, dW = dzᵀ·x, db = Σ over rows of dz. */
export const linearGradient = gradientRule<LinearAttributes>(
  ({ inputs, outputs, attributes, outputGradients, needs }) => {
    const [x, weight] = [inputs[0]!, inputs[1]!];
    const { m, n, k } = linearExtent(x, weight);
    const { activation } = attributes;
    const dy = outputGradients[0]!;
    const dz = reshape(activation === 'none' ? dy : unaryDerivative(activation, dy, outputs[0]!), [m, n]);
    return [
      needs[0] ? reshape(matmul(dz, weight), x.shape) : undefined,
      needs[1] ? matmul(dz, reshape(x, [m, k]), { transposeA: true }) : undefined,
      needs[2] ? sum(dz, 0) : undefined,
    ];
  },
);
