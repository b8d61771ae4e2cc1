import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/**
 * Bundles entries of the built packages as an application would, minified, and compares them with their budgets. What is
 * imported on demand (the reference and wasm devices, the profiler, the memory guard) is not counted: a page loads it
 * only when it uses it; nor is what joins dispatches (`devices/webgpu/fuse.ts`), loaded when a program is compiled.
 */
const KB = 1024;
const BUDGETS = [
  { entry: 'packages/engine/test/size/core.js', limit: 40 * KB },
  { entry: 'packages/engine/test/size/inference.js', limit: 20 * KB },
  { entry: 'packages/ecg-dsp/test/size/main.js', limit: 25_000 },
  { entry: 'packages/ecg-dsp/test/size/wfdb.js', limit: 12_000 },
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
    // tsup keeps bare imports of shared chunks, which have nothing to do: that they are dropped is no news.
    logOverride: { 'ignored-bare-import': 'silent' },
    plugins: [onDemand],
  });
  const [{ contents }] = outputFiles;
  const size = gzipSync(contents, { level: 9 }).length;
  const within = size <= limit;
  console.log(`${entry}: ${contents.length} bytes, ${size} gzipped, ${within ? 'within' : 'OVER'} ${limit}`);
  if (!within) process.exitCode = 1;
}
