import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/**
 * Bundles entries of the built engine as an application would, minified, and compares them with their budgets. What is
 * imported on demand (the reference and wasm devices, the profiler, the memory guard) is not counted: a page loads it
 * only when it uses it.
 */
const KB = 1024;
const BUDGETS = [
  { entry: 'packages/engine/test/size/core.js', limit: 40 * KB },
  { entry: 'packages/engine/test/size/inference.js', limit: 20 * KB },
];

const onDemand = {
  name: 'on demand',
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ kind, path }) => (kind === 'dynamic-import' ? { path, external: true } : undefined));
  },
};

for (const { entry, limit } of BUDGETS) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../${entry}`, import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    plugins: [onDemand],
  });
  const [{ contents }] = outputFiles;
  const size = gzipSync(contents, { level: 9 }).length;
  const within = size <= limit;
  console.log(`${entry}: ${contents.length} bytes, ${size} gzipped, ${within ? 'within' : 'OVER'} ${limit}`);
  if (!within) process.exitCode = 1;
}
