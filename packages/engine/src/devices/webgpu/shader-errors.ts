import { EngineError } from '../../errors.js';

/** A kernel that did not compile, with what the compiler says of it. */
export async function shaderError(
  name: string,
  module: GPUShaderModule,
  code: string,
  cause: unknown,
): Promise<EngineError> {
  return new EngineError('KERNEL_COMPILE', `${name} did not compile\n${await explain(module, code, cause)}`, {
    where: name,
    cause,
  });
}

/** The compiler's messages, each under its numbered source lines. */
async function explain(module: GPUShaderModule, code: string, cause: unknown): Promise<string> {
  const lines = code.split('\n');
  const { messages } = await module.getCompilationInfo().catch(() => ({ messages: [] as GPUCompilationMessage[] }));
  const errors = messages.filter(({ type }) => type === 'error');
  if (errors.length === 0) return cause instanceof Error ? cause.message : String(cause);
  return errors
    .map(({ lineNum, linePos, message }) => {
      const from = Math.max(0, lineNum - 3);
      const excerpt = lines.slice(from, lineNum + 1).map((line, i) => `${String(from + i + 1).padStart(4)} | ${line}`);
      return `${lineNum}:${linePos} ${message}\n${excerpt.join('\n')}`;
    })
    .join('\n');
}
