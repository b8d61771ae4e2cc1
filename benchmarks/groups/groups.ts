import type { Beats } from '../beats.js';
import { classifyDayGroup, classifyGroup } from './classify.js';
import { CONVOLUTIONS, conv1dGroup } from './conv1d.js';
import { dispatchGroup, stepHostGroup } from './dispatch.js';
import type { PreparedGroup } from './group.js';
import { gruGroup } from './gru.js';
import { inferenceGroup } from './inference.js';
import { matmulGroup } from './matmul.js';
import { halfHourGroup, wholeDayGroup } from './signal.js';
import { streamGroup } from './stream.js';
import { trainingGroup } from './training.js';

export interface NamedGroup {
  /** The start of the group's name, which `--only` is compared with. */
  readonly name: string;
  readonly prepare: () => Promise<PreparedGroup> | PreparedGroup;
}

const KERNEL_BATCH = 64;

/** All groups in the order they are measured; each is prepared only when its turn comes. */
export function prepareGroups(beats: Beats): NamedGroup[] {
  return [
    { name: 'matmul', prepare: () => matmulGroup(512) },
    ...CONVOLUTIONS.map((shape) => ({
      name: `conv1d, layer ${shape.layer}`,
      prepare: () => conv1dGroup(shape, KERNEL_BATCH),
    })),
    { name: 'GRU forward', prepare: () => gruGroup(KERNEL_BATCH) },
    { name: 'host cost of a dispatch', prepare: dispatchGroup },
    { name: 'host cost of a training step', prepare: () => stepHostGroup(beats, KERNEL_BATCH) },
    ...[64, 256].map((size) => ({ name: `training step, batch ${size}`, prepare: () => trainingGroup(beats, size) })),
    ...[1, 64, 256].map((size) => ({ name: `inference, batch ${size}`, prepare: () => inferenceGroup(beats, size) })),
    { name: 'signal, 30 minutes', prepare: halfHourGroup },
    { name: 'signal, 24 hours', prepare: wholeDayGroup },
    { name: 'classify a record of 30 minutes', prepare: classifyGroup },
    { name: 'classify a record of 24 hours', prepare: classifyDayGroup },
    { name: 'stream, 30 minutes', prepare: () => streamGroup(0.5) },
    { name: 'stream, 24 hours', prepare: () => streamGroup(24) },
  ];
}
