import { packageBuild } from '../../build/package.js';

/** Declarations only; the JavaScript is built before, by vite.config.ts, which says why and empties the folder. */
export default packageBuild(
  {
    index: 'src/index.ts',
    node: 'src/node.ts',
    wasm: 'src/wasm.ts',
    onnx: 'src/onnx.ts',
    tuning: 'src/tuning/index.ts',
    testing: 'src/testing/index.ts',
  },
  { clean: false, external: ['webgpu'], dts: { only: true, compilerOptions: { customConditions: [] } } },
);
