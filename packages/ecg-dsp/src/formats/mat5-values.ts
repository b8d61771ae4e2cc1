/** What a MATLAB variable holds, as far as recordings need it. */
export type MatValue = MatArray | MatText | MatStruct;

/** Real numbers. */
export interface MatArray {
  readonly kind: 'array';
  readonly shape: readonly number[];
  /** Column by column: the first index is the fastest, as MATLAB keeps them. */
  readonly data: Float64Array;
}

export interface MatText {
  readonly kind: 'text';
  /** A matrix of characters is read column by column; one row is the usual text. */
  readonly text: string;
}

/** One structure (1 x 1). */
export interface MatStruct {
  readonly kind: 'struct';
  readonly fields: ReadonlyMap<string, MatValue>;
}
