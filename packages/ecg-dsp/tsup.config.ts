import { packageBuild } from '../../build/package.js';

export default packageBuild(
  {
    index: 'src/index.ts',
    node: 'src/node.ts',
    wfdb: 'src/wfdb/index.ts',
    writing: 'src/wfdb/writing.ts',
    inspection: 'src/wfdb/inspection.ts',
    formats: 'src/formats/index.ts',
    detectors: 'src/qrs/detectors.ts',
    streaming: 'src/streaming/index.ts',
    noise: 'src/noise/stress.ts',
    ec57: 'src/ec57/index.ts',
  },
  // Left to be installed by who needs it.
  { external: ['@wasm-audio-decoders/flac'] },
);
