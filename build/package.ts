import { defineConfig, type Options } from 'tsup';
import { assemblyScriptForEsbuild } from './assemblyscript.js';
import { wgslForEsbuild } from './wgsl.js';

/** The one way a package of this workspace is built: ESM, declarations, shaders as text, WebAssembly compiled in, dependencies left outside. */
export function packageBuild(entry: Record<string, string>, options: Options = {}) {
  return defineConfig({
    entry,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    clean: true,
    sourcemap: true,
    // Declarations come from the built neighbours, not from their sources.
    dts: { compilerOptions: { customConditions: [] } },
    esbuildPlugins: [wgslForEsbuild, assemblyScriptForEsbuild],
    ...options,
  });
}
