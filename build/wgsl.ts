import { readFile } from 'node:fs/promises';
import type { Plugin as EsbuildPlugin } from 'esbuild';

/**
 * Shaders are real `.wgsl` files, imported as text. One loader for every tool: esbuild (tsup) and Vite (vitest, pages).
 * Signs keep their spaces, because `a - -b` without them is another token. Published builds carry them without comments and indentation, since shader text is much of a kernel library's size.
 */
export function wgslText(source: string, { minify = false } = {}): string {
  if (!minify) return source;
  return source
    .replace(/\/\/.*$/gm, '')
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replace(/\s+/g, ' ')
        .replace(/ ?([=*/%<>,;:{}()[\]]) ?/g, '$1'),
    )
    .filter((line) => line.length > 0)
    .join('\n');
}

export const wgslForEsbuild: EsbuildPlugin = {
  name: 'wgsl',
  setup(build) {
    build.onLoad({ filter: /\.wgsl$/ }, async ({ path }) => ({
      contents: wgslText(await readFile(path, 'utf8'), { minify: true }),
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
    return { code: `export default ${JSON.stringify(wgslText(source, { minify }))};`, map: null };
  },
};
