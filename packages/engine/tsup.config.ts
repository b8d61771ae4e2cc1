import { packageBuild } from '../../build/package.js';

/** Declarations only; the JavaScript is built by vite.config.ts, which says why. */
export default packageBuild(
  {
    index: 'src/index.ts',
    node: 'src/node.ts',
    wasm: 'src/wasm.ts',
    onnx: 'src/onnx.ts',
    tuning: 'src/tuning/index.ts',
    testing: 'src/testing/index.ts',
  },
  { external: ['webgpu'], dts: { only: true, compilerOptions: { customConditions: [] } } },
);
