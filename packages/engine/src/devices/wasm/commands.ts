import type { WasmStep } from './lowering.js';

/** Words of one command in a list: kernel, address of its parameters, solo, unused. */
const COMMAND_WORDS = 4;

/** Where a step's tensors lie, given as byte addresses. */
export type AddressOf = (
  parameter: Exclude<WasmStep['parameters'][number], number | { f32: number } | undefined>,
) => number;

/** Words that the command list of these steps takes. */
export function commandWords(steps: readonly WasmStep[]): number {
  return steps.reduce((sum, { parameters }) => sum + COMMAND_WORDS + parameters.length, 0);
}

/**
 * Writes a command list: one command a step, then the steps' parameters. `words` starts at byte `address` of the linear
 * memory; the command of step i lies at `commandAddress(address, i)`.
 */
export function writeCommands(
  words: Int32Array,
  address: number,
  steps: readonly WasmStep[],
  kernel: (name: string) => number,
  addressOf: (step: number, parameter: Parameters<AddressOf>[0]) => number,
): void {
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  let next = steps.length * COMMAND_WORDS;
  for (const [index, step] of steps.entries()) {
    words.set([kernel(step.kernel), address + next * 4, step.solo ? 1 : 0], index * COMMAND_WORDS);
    for (const parameter of step.parameters) {
      if (typeof parameter === 'number') words[next] = parameter;
      else if (parameter === undefined) words[next] = 0;
      else if ('f32' in parameter) floats[next] = parameter.f32;
      else words[next] = addressOf(index, parameter);
      next++;
    }
  }
}

export const commandAddress = (list: number, index: number): number => list + index * COMMAND_WORDS * 4;
