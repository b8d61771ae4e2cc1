import { packageBuild } from '../../build/package.js';

export default packageBuild({ main: 'src/main.ts' }, { platform: 'node' });
