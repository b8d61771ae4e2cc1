import { readFile } from 'node:fs/promises';
import type { Plugin as EsbuildPlugin } from 'esbuild';
import { minifyWgsl } from './wgsl-minify.js';

/**
 * Shaders are real `.wgsl` files, imported as text. One loader for every tool: esbuild (tsup) and Vite (vitest, pages).
 * Published builds carry them minified, since shader text is much of a kernel library's size.
 */
export const wgslForEsbuild: EsbuildPlugin = {
  name: 'wgsl',
  setup(build) {
    build.onLoad({ filter: /\.wgsl$/ }, async ({ path }) => ({
      contents: minifyWgsl(await readFile(path, 'utf8')),
      loader: 'text',
    }));
  },
};

let minify = false;

/** Minifies where Vite builds a page; tests and the development server keep the text that people read. */
export const wgslForVite = {
  name: 'wgsl',
  configResolved({ command }: { command: string }) {
    minify = command === 'build';
  },
  transform(source: string, id: string) {
    if (!id.endsWith('.wgsl')) return null;
    return { code: `export default ${JSON.stringify(minify ? minifyWgsl(source) : source)};`, map: null };
  },
};
