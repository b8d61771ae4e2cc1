import { type Reference, type ReferenceArray, reference } from '../reference.js';

/** The weight a row counts with: 0 for a label that is no class. */
function countedWeight(
  row: number,
  label: ReferenceArray,
  weight: ReferenceArray | undefined,
  classes: number,
): number {
  const index = label[row]!;
  return index < 0 || index >= classes ? 0 : (weight?.[row] ?? 1);
}

/** The row's maximum m and Σ exp(x − m). */
function exponentials(x: ReferenceArray, from: number, classes: number): { largest: number; total: number } {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = from; i < from + classes; i++) largest = Math.max(largest, x[i]!);
  let total = 0;
  for (let i = from; i < from + classes; i++) total += Math.exp(x[i]! - largest);
  return { largest, total };
}

/** loss = Σ w·(m + log Σⱼ exp(xⱼ − m) − x[label]) / Σ w, m the row's maximum; 0 where Σ w = 0. */
export const softmaxCrossEntropyReference: Reference = reference(({ inputs, outputs, inputTypes }) => {
  const [x, label, weight] = [inputs[0]!, inputs[1]!, inputs[2]];
  const [rows, classes] = [inputTypes[0]!.shape[0]!, inputTypes[0]!.shape[1]!];
  let loss = 0;
  let totalWeight = 0;
  for (let row = 0; row < rows; row++) {
    const counted = countedWeight(row, label, weight, classes);
    if (counted === 0) continue;
    const { largest, total } = exponentials(x, row * classes, classes);
    loss += counted * (Math.log(total) - (x[row * classes + label[row]!]! - largest));
    totalWeight += counted;
  }
  outputs[0]![0] = totalWeight === 0 ? 0 : loss / totalWeight;
  outputs[1]![0] = totalWeight;
});

/** dxᵢ = (exp(xᵢ − m)/Σⱼ exp(xⱼ − m) − [i = label]) · w/Σw · dloss; 0 for rows that do not count. */
export const softmaxCrossEntropyGradientReference: Reference = reference(({ inputs, outputs, inputTypes }) => {
  const [x, label, totalWeight, dloss, weight] = [inputs[0]!, inputs[1]!, inputs[2]![0]!, inputs[3]![0]!, inputs[4]];
  const [rows, classes] = [inputTypes[0]!.shape[0]!, inputTypes[0]!.shape[1]!];
  const dx = outputs[0]!;
  dx.fill(0);
  if (totalWeight === 0) return;
  for (let row = 0; row < rows; row++) {
    const counted = countedWeight(row, label, weight, classes);
    if (counted === 0) continue;
    const from = row * classes;
    const { largest, total } = exponentials(x, from, classes);
    const factor = (counted / totalWeight) * dloss;
    for (let i = 0; i < classes; i++) {
      dx[from + i] = (Math.exp(x[from + i]! - largest) / total - (i === label[row] ? 1 : 0)) * factor;
    }
  }
});
