/**
 * Errors are data: a stable `code`, what happened, where, and how to fix it. Branded by `name`, not by `instanceof`,
 * so that they survive bundlers and realms.
 */
export interface EcgErrorDetails {
  /** File name, record name or argument that is at fault. */
  readonly where?: string;
  /** Byte offset in the file, where there is one. */
  readonly byteOffset?: number;
  /** 1-based line of a text file, where there is one. */
  readonly line?: number;
  /** What the user can do about it. */
  readonly fix?: string;
  readonly cause?: unknown;
}

export class EcgError extends Error {
  override readonly name = 'EcgError';
  readonly code: string;
  readonly where: string | undefined;
  readonly byteOffset: number | undefined;
  readonly line: number | undefined;
  readonly fix: string | undefined;

  constructor(code: string, message: string, details: EcgErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.where = details.where;
    this.byteOffset = details.byteOffset;
    this.line = details.line;
    this.fix = details.fix;
  }
}

/** Something odd that did not stop the work. The same vocabulary of codes as errors. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly where?: string;
  readonly byteOffset?: number;
  readonly line?: number;
}
