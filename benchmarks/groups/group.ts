import type { Group } from '../measurement/measure.js';

/** A group and what to clear away when it has been measured. */
export interface PreparedGroup {
  readonly group: Group;
  remove(): Promise<void> | void;
}
