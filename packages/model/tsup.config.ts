import { packageBuild } from '../../build/package.js';

export default packageBuild({ index: 'src/index.ts', node: 'src/node.ts', rhythm: 'src/rhythm/index.ts' });
