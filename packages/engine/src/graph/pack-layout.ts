/** Attributes of an op with `layout: 'pack'`: where each input lies in the output, in elements. */
export interface PackAttributes {
  readonly offsets: readonly number[];
  readonly length: number;
}
