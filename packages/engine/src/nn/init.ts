import { elements, type Shape } from '../graph/shape.js';
import { RandomGenerator } from '../random/generator.js';
import type { ParameterValue, ParameterValues } from './parameters.js';

/** What a parameter is before it has values. */
export interface ParameterDefinition {
  readonly shape: Shape;
  readonly init: Initialiser;
  readonly buffer?: boolean;
}

/** `uniform`: U(−bound, bound). */
export type Initialiser = { readonly uniform: number } | { readonly constant: number };

export type ParameterDefinitions = Readonly<Record<string, ParameterDefinition>>;

/** Values for every definition. Each parameter draws from its own stream, so adding one leaves the others as they were. */
export function initialise(definitions: ParameterDefinitions, seed: number): ParameterValues {
  const values = new Map<string, ParameterValue>();
  for (const [name, { shape, init, buffer = false }] of Object.entries(definitions)) {
    const random = new RandomGenerator(seed, streamOf(name));
    const draw = 'constant' in init ? () => init.constant : () => random.uniform(-init.uniform, init.uniform);
    values.set(name, { shape, values: Float32Array.from({ length: elements(shape) }, draw), buffer });
  }
  return values;
}

/** FNV-1a over the name (Fowler, Noll & Vo): a stream number that depends on nothing else. */
function streamOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  return hash >>> 0;
}
