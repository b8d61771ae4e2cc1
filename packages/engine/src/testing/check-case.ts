import { gradientsOf } from '../autodiff/gradients.js';
import { openCpuDevice } from '../devices/cpu/open.js';
import type { Device } from '../devices/device.js';
import type { KernelVariants } from '../graph/lowering.js';
import type { Node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import type { Outputs } from '../graph/trace.js';
import { add, multiply } from '../ops/binary/binary.js';
import { fill } from '../ops/fill/fill.js';
import { sum } from '../ops/reduce/reduce.js';
import { type Agreement, agree, describeAgreement } from './agree.js';
import { type CaseTensor, caseValues, type OpCase, type Tolerance } from './op-case.js';
import { type CaseResults, type Extension, nodesOfCase, prepareCase } from './run-case.js';

export interface CaseReport {
  readonly mode: 'values' | 'gradients';
  readonly agrees: boolean;
  /** Largest error over its bound, over all tensors. */
  readonly ratio: number;
  /** One line for each tensor that disagrees, and for each violated guard. */
  readonly problems: readonly string[];
}

/** Elements behind every tensor that nobody may touch. */
const GUARD = 64;
const EPSILON = 2 ** -24;

/** A case in one mode, to be checked in several ways: the reference is computed once. */
export interface CaseCheck {
  readonly mode: CaseReport['mode'];
  /** What is computed: the case, and its gradients where they are checked. */
  nodes(): readonly Node[];
  /** On a device, by its own kernel variants or by these. */
  run(device: Device, variants?: KernelVariants): Promise<CaseReport>;
}

/** The device's outputs and state against the f64 reference, and that nothing was written behind any tensor's end. */
export const checkValues = (device: Device, opCase: OpCase): Promise<CaseReport> => valuesCheck(opCase).run(device);

/** The device's gradients of a weighted sum of all outputs' squares against the reference device's. */
export const checkGradients = (device: Device, opCase: OpCase): Promise<CaseReport> =>
  gradientsCheck(opCase).run(device);

/** The checks of a case: its values, and its gradients unless it says why not. */
export function checksOf(opCase: OpCase): readonly CaseCheck[] {
  const skipsGradients = opCase.gradients !== undefined && 'skip' in opCase.gradients;
  return skipsGradients ? [valuesCheck(opCase)] : [valuesCheck(opCase), gradientsCheck(opCase)];
}

function valuesCheck(opCase: OpCase): CaseCheck {
  let want: Promise<Wanted> | undefined;
  return {
    mode: 'values',
    nodes: () => nodesOfCase(opCase),
    async run(device, variants) {
      want ??= referenceResults(opCase);
      const wanted = await want;
      const run = await prepareCase(device, opCase, { guard: GUARD, variants });
      try {
        const got = await run.run();
        const report = compare('values', got, wanted, opCase.tolerance);
        const violated = (await run.program.violatedGuards()).map((tensor) => `${tensor} was written behind its end`);
        return {
          ...report,
          agrees: report.agrees && violated.length === 0,
          problems: [...report.problems, ...violated],
        };
      } finally {
        run.release();
      }
    },
  };
}

function gradientsCheck(opCase: OpCase): CaseCheck {
  const tolerance = gradientTolerance(opCase);
  const extend = withGradients(opCase);
  let want: Promise<Wanted> | undefined;
  return {
    mode: 'gradients',
    nodes: () => nodesOfCase(opCase, extend),
    async run(device, variants) {
      want ??= referenceResults(opCase, extend, tolerance);
      const { results, scales } = await want;
      const run = await prepareCase(device, opCase, { guard: GUARD, extend, variants });
      try {
        const got = onlyGradients(await run.run());
        return compare('gradients', got, { results: onlyGradients(results), scales }, tolerance);
      } finally {
        run.release();
      }
    },
  };
}

const onlyGradients = (all: CaseResults): CaseResults =>
  Object.fromEntries(Object.entries(all).filter(([name]) => name.startsWith('d ')));

/**
 * The reference's own gradients against central differences of its own forward pass, all in f64:
 * (f(x + h) − f(x − h)) / 2h at up to `samples` elements of each input, h = 1e-5·max(1, |x|).
 */
export async function checkReferenceGradients(opCase: OpCase, samples = 24): Promise<CaseReport> {
  const device = openCpuDevice();
  const backward = await prepareCase(device, opCase, { extend: withGradients(opCase) });
  const forward = await prepareCase(device, opCase, { extend: (outputs) => ({ loss: weightedLoss(outputs) }) });
  const values = caseValues(opCase.inputs, opCase.seed ?? 1);
  const analytic = await backward.run();
  const problems: string[] = [];
  let ratio = 0;
  for (const [name, tensor] of Object.entries(opCase.inputs)) {
    if (!isDifferentiated(tensor)) continue;
    const x = values[name]!;
    const gradient = analytic[`d ${name}`]!;
    const count = Math.min(samples, x.length);
    for (let s = 0; s < count; s++) {
      const index = count === x.length ? s : Math.floor((s * (x.length - 1)) / (count - 1));
      const h = 1e-5 * Math.max(1, Math.abs(x[index]!));
      const lossAt = async (shift: number) => {
        const moved = x.slice();
        moved[index]! += shift;
        return (await forward.run({ [name]: moved }))['loss']![0]!;
      };
      const numeric = ((await lossAt(h)) - (await lossAt(-h))) / (2 * h);
      // Truncation is O(h²), cancellation O(ε·|loss|/h): both below 1e-6 of these scales.
      const bound = 1e-6 * (1 + Math.abs(numeric) + Math.abs(analytic['loss']![0]!));
      const agreement = agree([gradient[index]!], [numeric], () => bound);
      ratio = Math.max(ratio, agreement.ratio);
      if (!agreement.agrees) problems.push(describeAgreement(`d ${name} at ${index}`, agreement));
    }
  }
  backward.release();
  forward.release();
  return { mode: 'gradients', agrees: problems.length === 0, ratio, problems };
}

const isDifferentiated = ({ type, constant }: CaseTensor) => type.dtype === 'f32' && constant !== true;

function gradientTolerance({ gradients, tolerance }: OpCase): Tolerance {
  return gradients !== undefined && 'terms' in gradients ? gradients : { ...tolerance, terms: tolerance.terms * 4 };
}

/** Σ over the outputs of wᵢ·Σ outputᵢ²: every element's gradient differs, and no output goes unseen. */
function weightedLoss(outputs: Outputs): Tensor {
  return Object.values(outputs)
    .filter(({ dtype }) => dtype === 'f32')
    .map((output, index) => sum(multiply(multiply(output, output), fill(output.shape, 0.5 + 0.25 * index))))
    .reduce((total, part) => add(total, part));
}

/** Adds that loss and its gradients as `d <input>`. */
export function withGradients(opCase: OpCase): Extension {
  return (outputs, tensors) => {
    const loss = weightedLoss(outputs);
    const names = Object.keys(opCase.inputs).filter((name) => isDifferentiated(opCase.inputs[name]!));
    const gradients = gradientsOf(
      loss,
      names.map((name) => tensors[name]!),
    );
    const named: Record<string, Tensor> = { loss };
    for (const [index, name] of names.entries()) {
      const gradient = gradients[index];
      if (gradient === undefined) throw new Error(`${opCase.name}: the outputs do not depend on '${name}'`);
      named[`d ${name}`] = gradient;
    }
    return named;
  };
}

interface Wanted {
  readonly results: CaseResults;
  /** For `scale: 'absolute'`: the same graph on absolute inputs. */
  readonly scales?: CaseResults | undefined;
}

async function referenceResults(opCase: OpCase, extend?: Extension, tolerance = opCase.tolerance): Promise<Wanted> {
  const run = await prepareCase(openCpuDevice(), opCase, extend ? { extend } : {});
  const results = await run.run();
  if (tolerance.scale !== 'absolute') return { results };
  const values = caseValues({ ...opCase.inputs, ...opCase.state }, opCase.seed ?? 1);
  const absolute = Object.fromEntries(
    Object.entries(values).map(([name, drawn]) => [name, opCase.inputs[name] ? drawn.map(Math.abs) : drawn]),
  );
  return { results, scales: await run.run(absolute) };
}

function compare(
  mode: CaseReport['mode'],
  got: CaseResults,
  { results, scales }: Wanted,
  tolerance: Tolerance,
): CaseReport {
  const problems: string[] = [];
  let ratio = 0;
  for (const [name, want] of Object.entries(results)) {
    const largest = want.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);
    const scaleAt = (index: number): number => {
      if (tolerance.scale === 'largest') return largest;
      return Math.abs(tolerance.scale === 'absolute' ? scales![name]![index]! : want[index]!);
    };
    const bound = (index: number) => {
      const scale = scaleAt(index);
      return tolerance.terms * EPSILON * (Number.isFinite(scale) ? scale : largest) + (tolerance.absolute ?? 0);
    };
    const agreement: Agreement = agree(got[name]!, want, bound);
    ratio = Math.max(ratio, agreement.ratio);
    if (!agreement.agrees) problems.push(describeAgreement(name, agreement));
  }
  return { mode, agrees: problems.length === 0, ratio, problems };
}
