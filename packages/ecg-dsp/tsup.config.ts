import { packageBuild } from '../../build/package.js';

export default packageBuild({
  index: 'src/index.ts',
  node: 'src/node.ts',
  wfdb: 'src/wfdb/index.ts',
  formats: 'src/formats/index.ts',
});
