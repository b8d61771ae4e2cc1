/**
 * An offset of a class's logit that grows with the log-odds of fibrillation: `bias - fibrillation · softplus(odds)`. With
 * atrial fibrillation there is no atrial rhythm that a beat could be premature to, so supraventricular calls need more.
 */
export interface OutputRule {
  /** Index of the class whose logit is moved. */
  readonly class: number;
  readonly bias: number;
  readonly fibrillation: number;
}

/** Moves nothing. */
export const NO_RULE: OutputRule = { class: 0, bias: 0, fibrillation: 0 };

/**
 * Logits after the rule, and their probabilities.
 *
 * @param logits [beats, classes]
 * @param odds [beats]: log-odds of fibrillation.
 */
export function ruledLogits(
  logits: Float32Array,
  odds: Float32Array,
  classes: number,
  { class: moved, bias, fibrillation }: OutputRule,
): { readonly logits: Float32Array; readonly probabilities: Float32Array } {
  const ruled = logits.slice();
  const probabilities = new Float32Array(logits.length);
  for (let beat = 0; beat < odds.length; beat++) {
    const at = beat * classes;
    ruled[at + moved]! += bias - fibrillation * softplus(odds[beat]!);
    let most = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) most = Math.max(most, ruled[at + c]!);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(ruled[at + c]! - most);
    for (let c = 0; c < classes; c++) probabilities[at + c] = Math.exp(ruled[at + c]! - most) / sum;
  }
  return { logits: ruled, probabilities };
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
