import type { operations } from './registry.js';

/** Every op there is; a table keyed by it is complete or does not compile. */
export type OpName = keyof typeof operations;
