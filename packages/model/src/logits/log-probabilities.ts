/** log softmax of each row of `logits`, [rows, classes]. */
export function logProbabilities(logits: ArrayLike<number>, classes: number): Float64Array {
  const logs = Float64Array.from(logits);
  for (let at = 0; at < logs.length; at += classes) {
    let most = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) most = Math.max(most, logs[at + c]!);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(logs[at + c]! - most);
    const offset = most + Math.log(sum);
    for (let c = 0; c < classes; c++) logs[at + c]! -= offset;
  }
  return logs;
}
