import { defineConfig } from 'vitest/config';
import { assemblyScriptForVite } from './build/assemblyscript.js';
import { wgslForVite } from './build/wgsl.js';

export default defineConfig({
  plugins: [wgslForVite, assemblyScriptForVite],
  // Tests run from the sources: this condition is first in every package's exports.
  resolve: { conditions: ['@ecgpu/source', 'import', 'module', 'node', 'default'] },
  ssr: { resolve: { conditions: ['@ecgpu/source', 'import', 'module', 'node', 'default'] } },
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'benchmarks/**/*.test.ts'],
    pool: 'forks',
    poolOptions: { forks: { maxForks: 2 } },
    // On a machine that 15 other processes want, a test of 13 s took 78 s.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
