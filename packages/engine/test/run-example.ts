/**
 * Runs an example as a document shows it.
 *
 * @param markdown the document; its first block of TypeScript is run, without what would not be JavaScript too.
 * @param modules what its imports name.
 * @returns what it printed: the arguments of each `console.log`.
 */
export async function runExample(markdown: string, modules: Record<string, object>): Promise<unknown[][]> {
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(markdown) ?? [];
  const body = code.replace(/import (\{[^}]*\}) from ('[^']*');/g, 'const $1 = modules[$2];');
  if (body === '' || body.includes('import ')) throw new Error(`not an example that can be run: ${body}`);
  const printed: unknown[][] = [];
  const AsyncFunction = (async () => {}).constructor as new (
    ...source: string[]
  ) => (modules: object, console: object) => Promise<void>;
  await new AsyncFunction('modules', 'console', body)(modules, { log: (...values: unknown[]) => printed.push(values) });
  return printed;
}
