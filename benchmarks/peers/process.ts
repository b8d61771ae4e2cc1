import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type Contender, relativeError } from '../measurement/contender.js';

/**
 * A contender in a process of its own, for what cannot share ours: another language, or a number of threads that holds
 * for a whole process. It speaks lines of JSON: first `{results}` to be compared, then `{milliseconds}` for each
 * `{iterations}` it reads. It times itself, so that the pipe does not count. Throws the last line it wrote to stderr
 * when it ends before it was ready.
 */
export async function openProcess(
  command: string,
  args: readonly string[],
  expected: ArrayLike<number>,
): Promise<Contender> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + String(chunk)).slice(-4000);
  });
  const ended = new Promise<never>((_, reject) => {
    const fail = (why: string) => reject(new Error(complaint.trim().split('\n').at(-1) || why));
    child.on('error', ({ message }) => fail(message));
    child.on('close', (code) => fail(`${command} ended with code ${code}`));
  });
  // Whoever waits for a line sees the failure; nobody waits while nothing is asked.
  ended.catch(() => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async <T>(): Promise<T> => {
    const line = await Promise.race([lines.next(), ended]);
    return line.done ? ended : (JSON.parse(line.value) as T);
  };
  const { results } = await next<{ results: number[] }>();
  return {
    error: relativeError(results, expected),
    sample: async (iterations) => {
      child.stdin.write(`${JSON.stringify({ iterations })}\n`);
      return (await next<{ milliseconds: number }>()).milliseconds;
    },
    close: () => {
      child.stdin.end();
      child.kill();
    },
  };
}
