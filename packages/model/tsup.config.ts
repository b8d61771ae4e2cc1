import { packageBuild } from '../../build/package.js';

export default packageBuild({
  index: 'src/index.ts',
  node: 'src/node.ts',
  onnx: 'src/onnx.ts',
  rhythm: 'src/rhythm/index.ts',
});
