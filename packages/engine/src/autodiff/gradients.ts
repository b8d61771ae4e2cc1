import { argumentError, EngineError } from '../errors.js';
import type { Node } from '../graph/node.js';
import { sameShape, showShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/binary/binary.js';
import { fill } from '../ops/fill/fill.js';
import type { GradientRule, NotDifferentiable } from '../ops/gradient.js';
import { gradientRules } from '../ops/gradients.js';

/**
 * Reverse mode: walks the graph backwards from the scalar `loss` and appends, for every node between `of` and it, the
 * nodes of its gradient rule. Gives ∂loss/∂t for each t of `of`, undefined where the loss does not depend on t.
 * Throws NOT_DIFFERENTIABLE with the op and its reason, TRACE_STATE where a t is of another trace than the loss.
 */
export function gradientsOf(loss: Tensor, of: readonly Tensor[]): (Tensor | undefined)[] {
  if (loss.size !== 1) throw argumentError('gradients', `the loss must be one number, got ${showShape(loss.shape)}`);
  for (const { graph } of of) {
    if (graph !== loss.graph) {
      throw new EngineError('TRACE_STATE', 'gradients: asked for by a tensor of another trace', { where: 'gradients' });
    }
  }
  const wanted = dependents(loss.graph.nodes, of);
  const gradients = new Map<Tensor, Tensor>([[loss, fill(loss.shape, 1)]]);
  for (const node of [...loss.graph.nodes].reverse()) {
    const outputGradients = node.outputs.map((output) => gradients.get(output));
    if (outputGradients.every((gradient) => gradient === undefined)) continue;
    const needs = node.inputs.map((input) => wanted.has(input));
    if (!needs.includes(true)) continue;
    const { inputs, outputs, attributes } = node;
    const inputGradients = ruleOf(node)({ inputs, outputs, attributes, outputGradients, needs });
    for (const [index, input] of inputs.entries()) {
      const gradient = inputGradients[index];
      if (gradient === undefined || !needs[index]) continue;
      if (!sameShape(gradient.shape, input.shape)) {
        throw argumentError(
          node.op.name,
          `its gradient for input ${index} is ${showShape(gradient.shape)}, not ${showShape(input.shape)}`,
        );
      }
      const known = gradients.get(input);
      gradients.set(input, known === undefined ? gradient : add(known, gradient));
    }
  }
  return of.map((tensor) => gradients.get(tensor));
}

/** Every tensor that some tensor of `of` flows into, those included. */
function dependents(nodes: readonly Node[], of: readonly Tensor[]): Set<Tensor> {
  const reached = new Set(of);
  for (const node of nodes) {
    if (node.inputs.some((input) => reached.has(input))) for (const output of node.outputs) reached.add(output);
  }
  return reached;
}

function ruleOf({ op }: Node): GradientRule {
  const rule: GradientRule | NotDifferentiable | undefined = gradientRules[op.name as keyof typeof gradientRules];
  if (typeof rule === 'function') return rule;
  throw new EngineError('NOT_DIFFERENTIABLE', `${op.name}: ${rule?.notDifferentiable ?? 'has no gradient'}`, {
    where: op.name,
  });
}
