import { defineConfig } from 'vite';
import { assemblyScriptForVite } from '../../build/assemblyscript.js';
import { wgslForVite } from '../../build/wgsl.js';

/** npm leaves folders called node_modules out of a package, so what is built in gets another name. */
const VENDORED = 'vendored/';

/**
 * The published JavaScript: one file a source module, so that any bundler leaves out the ops a page does not use without
 * having to prove that a statement has no side effects. The protobuf library comes along, for `@ecgpu/engine/onnx` alone.
 * Declarations are tsup's work.
 */
export default defineConfig({
  logLevel: 'warn',
  plugins: [wgslForVite, assemblyScriptForVite],
  build: {
    target: 'es2022',
    minify: false,
    sourcemap: true,
    emptyOutDir: true,
    lib: {
      entry: [
        'src/index.ts',
        'src/node.ts',
        'src/wasm.ts',
        'src/onnx.ts',
        'src/tuning/index.ts',
        'src/testing/index.ts',
      ],
      formats: ['es'],
    },
    rollupOptions: {
      external: [/^node:/, 'webgpu'],
      output: {
        preserveModules: true,
        preserveModulesRoot: 'src',
        entryFileNames: ({ name }) => `${name.replace(/^.*node_modules\//, VENDORED)}.js`,
      },
    },
  },
});
