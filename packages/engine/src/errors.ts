/** Stable codes of everything the engine refuses. */
export type EngineErrorCode =
  | 'SHAPE_MISMATCH'
  | 'DTYPE_MISMATCH'
  | 'INVALID_ARGUMENT'
  | 'TRACE_STATE'
  | 'STALE_READ'
  | 'NOT_DIFFERENTIABLE'
  | 'LIMIT_EXCEEDED'
  | 'KERNEL_COMPILE'
  | 'GPU_ERROR'
  | 'OUT_OF_MEMORY'
  | 'DEVICE_LOST'
  | 'DEVICE_CLOSED'
  | 'NO_ADAPTER'
  | 'NO_WEBGPU_PACKAGE'
  | 'NO_WASM'
  | 'NO_THREADS'
  | 'UNKNOWN_PARAMETER'
  | 'FORMAT';

export interface EngineErrorDetails {
  /** The op, argument, file or buffer at fault. */
  readonly where?: string | undefined;
  /** What the caller can do about it. */
  readonly fix?: string | undefined;
  readonly cause?: unknown;
}

/** Errors are data: a stable `code`, what happened (`message`), `where`, and how to `fix` it. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;
  readonly where: string | undefined;
  readonly fix: string | undefined;

  constructor(code: EngineErrorCode, message: string, details: EngineErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.where = details.where;
    this.fix = details.fix;
  }
}

/** An EngineError with one of these codes. */
export function hasCode(error: unknown, ...codes: EngineErrorCode[]): boolean {
  return error instanceof EngineError && codes.includes(error.code);
}

/** What a device does not allow, by WebGPU's name of the limit. */
export function limitError(where: string, needed: string, granted: number): EngineError {
  return new EngineError('LIMIT_EXCEEDED', `${where} needs a ${needed}, the device has ${granted}`, {
    where,
    fix: 'Use smaller shapes or batches, or another device.',
  });
}

/** What was released is used again. */
export function releasedError(where: string, what: string): EngineError {
  return new EngineError('DEVICE_CLOSED', `${where}: ${what} was released`, { where });
}

/** An op was given tensors that do not fit together. `what` says expected and actual. */
export function shapeError(op: string, what: string, fix?: string): EngineError {
  return new EngineError('SHAPE_MISMATCH', `${op}: ${what}`, { where: op, fix });
}

export function argumentError(where: string, what: string, fix?: string): EngineError {
  return new EngineError('INVALID_ARGUMENT', `${where}: ${what}`, { where, fix });
}
