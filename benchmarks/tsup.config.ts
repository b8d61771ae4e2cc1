import { defineConfig } from 'tsup';
import { assemblyScriptForEsbuild } from '../build/assemblyscript.js';
import { wgslForEsbuild } from '../build/wgsl.js';

/** Programs for Node; everything that is installed stays outside, the engine included, so that the built packages are measured. */
export default defineConfig({
  entry: {
    run: 'run.ts',
    floors: 'floors.ts',
    profile: 'profile.ts',
    'signal-day': 'signal-day.ts',
    'stream-day': 'stream-day.ts',
    'onnxruntime-web-process': 'peers/onnxruntime-web-process.ts',
  },
  format: 'esm',
  target: 'node20',
  platform: 'node',
  clean: true,
  skipNodeModulesBundle: true,
  // ESM in a package that Node takes for CommonJS: only a bundler can load it.
  noExternal: ['@tensorflow/tfjs-core/dist/register_all_gradients.js'],
  esbuildPlugins: [wgslForEsbuild, assemblyScriptForEsbuild],
});
