import { packageBuild } from '../../build/package.js';

export default packageBuild(
  { index: 'src/index.ts', node: 'src/node.ts', wasm: 'src/wasm.ts', testing: 'src/testing/index.ts' },
  { external: ['webgpu'] },
);
