import { EngineError } from '../../errors.js';

/** What WebGPU reported of a program's memory and bind groups. */
export function refusedProgram(
  label: string,
  bytes: number,
  invalid: GPUError | null,
  outOfMemory: GPUError | null,
): EngineError {
  if (outOfMemory === null) return new EngineError('GPU_ERROR', `${label}: ${invalid?.message}`, { where: label });
  return new EngineError('OUT_OF_MEMORY', `${label} needs ${bytes} bytes: ${outOfMemory.message}`, {
    where: label,
    fix: 'Use a smaller batch, or release other programs first.',
  });
}
