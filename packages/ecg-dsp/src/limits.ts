/**
 * What a file may ask for before it is refused. A file's declared sizes are checked against these before anything is
 * allocated; raise a limit where a real recording needs more.
 */
export interface ReadLimits {
  /** Bytes of a header file. */
  readonly maxHeaderBytes: number;
  /** Bytes of one line of a header. */
  readonly maxLineBytes: number;
  readonly maxSignals: number;
  readonly maxSegments: number;
  /** Samples of one signal in one frame (WFDB), or in one data record (EDF). */
  readonly maxSamplesPerFrame: number;
  /** Bytes that one call may allocate for samples (8 bytes each). */
  readonly maxBytes: number;
  readonly maxAnnotations: number;
}

const inNode = 'process' in globalThis;

/** 1 GiB of samples in Node, 256 MiB in a browser tab; the rest is far above any real recording. */
export const defaultLimits: ReadLimits = Object.freeze({
  maxHeaderBytes: 2 ** 20,
  maxLineBytes: 2 ** 16,
  maxSignals: 4096,
  maxSegments: 100_000,
  maxSamplesPerFrame: 100_000,
  maxBytes: inNode ? 2 ** 30 : 2 ** 28,
  maxAnnotations: 5e7,
});
