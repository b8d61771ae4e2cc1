import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin as EsbuildPlugin } from 'esbuild';

/**
 * AssemblyScript sources are imported by what they are to become: `import('./assembly/index.ts?wasm=simd')` gives the
 * compiled module as base64, `?wasm=relaxed-simd` the build with fused multiply-add. One compiler for every tool:
 * esbuild (tsup) and Vite (vitest, pages). Base64 in a chunk of its own loads wherever the JavaScript does.
 */
const REQUEST = /\.ts\?wasm=(simd|relaxed-simd)$/;
type Variant = 'simd' | 'relaxed-simd';

/** The memory is imported and shared: every thread is an instance of the same module over it. */
const OPTIONS = [
  ['-O3', '--noAssert', '--runtime', 'stub', '--exportTable'],
  ['--importMemory', '--noExportMemory', '--sharedMemory', '--initialMemory', '2', '--maximumMemory', '65536'],
  ['--enable', 'simd', '--enable', 'threads'],
  // Exported functions with vector parameters are for the other kernels, never for JavaScript.
  ['--disableWarning', '112'],
].flat();

const CACHE = fileURLToPath(new URL('../node_modules/.cache/ecgpu-assemblyscript/', import.meta.url));

/** Compiles `entry`, or takes the same sources' module from the cache. Fails with the compiler's own messages. */
async function compile(entry: string, variant: Variant): Promise<Uint8Array> {
  const asc = await import('assemblyscript/asc');
  const folder = dirname(entry);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts')).sort();
  const sources = new Map<string, string>();
  for (const name of names) sources.set(name, await readFile(join(folder, name), 'utf8'));
  const options = variant === 'relaxed-simd' ? [...OPTIONS, '--enable', 'relaxed-simd'] : OPTIONS;
  const key = createHash('sha256')
    .update(JSON.stringify([asc.version, options, [...sources]]))
    .digest('hex');
  const cached = join(CACHE, `${key}.wasm`);
  const known = await readFile(cached).catch(() => undefined);
  if (known) return known;
  let module: Uint8Array | undefined;
  const { error, stderr } = await asc.main([basename(entry), '--outFile', 'module.wasm', ...options], {
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (_name, contents) => {
      module = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || module === undefined) throw new Error(`AssemblyScript: ${entry}\n${stderr.toString()}`);
  await mkdir(CACHE, { recursive: true });
  // Several test processes may compile at once: each writes its own file and moves it into place.
  const own = `${cached}.${process.pid}`;
  await writeFile(own, module);
  await rename(own, cached);
  return module;
}

async function compiledModule(request: string): Promise<string> {
  const variant = REQUEST.exec(request)![1] as Variant;
  const module = await compile(request.slice(0, request.indexOf('?')), variant);
  return `export default ${JSON.stringify(Buffer.from(module).toString('base64'))};`;
}

export const assemblyScriptForEsbuild: EsbuildPlugin = {
  name: 'assemblyscript',
  setup(build) {
    build.onResolve({ filter: REQUEST }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path),
      namespace: 'assemblyscript',
    }));
    build.onLoad({ filter: REQUEST, namespace: 'assemblyscript' }, async ({ path }) => ({
      contents: await compiledModule(path),
      loader: 'js',
    }));
  },
};

/** Marks what has been resolved; the name no longer ends like TypeScript, so that no other plugin compiles it as that. */
const RESOLVED = '\0assemblyscript:';

export const assemblyScriptForVite = {
  name: 'assemblyscript',
  enforce: 'pre' as const,
  resolveId(source: string, importer: string | undefined) {
    if (!REQUEST.test(source) || importer === undefined) return null;
    const entry = join(dirname(importer.replace(/\?.*$/, '')), source);
    return `${RESOLVED}${entry.replace('?', '#')}`;
  },
  async load(id: string) {
    if (!id.startsWith(RESOLVED)) return null;
    return { code: await compiledModule(id.slice(RESOLVED.length).replace('#', '?')), map: null };
  },
};
