import { defineConfig } from 'vite';
import { assemblyScriptForVite } from '../../../build/assemblyscript.js';
import { wgslForVite } from '../../../build/wgsl.js';

/** The verification page, from the sources: `npm run verify-page` serves it, `npm run build-verify-page` makes files of it. */
export default defineConfig({
  plugins: [wgslForVite, assemblyScriptForVite],
  base: './',
  build: { target: 'es2022', outDir: '../dist-verify', emptyOutDir: true },
});
