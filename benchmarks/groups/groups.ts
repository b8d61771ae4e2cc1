import type { Beats } from '../beats.js';
import type { PreparedGroup } from './group.js';
import { inferenceGroup } from './inference.js';
import { trainingGroup } from './training.js';

interface NamedGroup {
  readonly name: string;
  readonly prepare: () => Promise<PreparedGroup>;
}

/** All groups in the order they are measured; each is prepared only when its turn comes. */
export function prepareGroups(beats: Beats): NamedGroup[] {
  return [
    ...[64, 256].map((size) => ({ name: `training step, batch ${size}`, prepare: () => trainingGroup(beats, size) })),
    ...[1, 64, 256].map((size) => ({ name: `inference, batch ${size}`, prepare: () => inferenceGroup(beats, size) })),
  ];
}
