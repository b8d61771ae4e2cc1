import { type Diagnostic, EcgError, type EcgErrorDetails } from './errors.js';

/** Where a finding is; the fix goes into the error when the finding is thrown. */
export type Position = Pick<EcgErrorDetails, 'where' | 'byteOffset' | 'line' | 'fix'>;

/** More findings of one code than this are counted, not listed: a hostile file must not fill the memory with messages. */
const LISTED_PER_CODE = 20;

/**
 * Collects what is odd about a file while it is read. A `breach` of the format is thrown as {@link EcgError} where
 * `strict` is true; what is legal but worth knowing (`note`) or suspicious (`warn`) never is.
 */
export class DiagnosticLog {
  readonly strict: boolean;
  readonly #found: Diagnostic[] = [];
  readonly #counts = new Map<string, number>();
  readonly #listed = new Set<string>();

  constructor(strict = false) {
    this.strict = strict;
  }

  note(code: string, message: string, at: Position = {}): void {
    this.#add(code, 'info', message, at);
  }

  warn(code: string, message: string, at: Position = {}): void {
    this.#add(code, 'warning', message, at);
  }

  breach(code: string, severity: 'warning' | 'error', message: string, at: Position = {}): void {
    if (this.strict) throw new EcgError(code, message, at);
    this.#add(code, severity, message, at);
  }

  /** Takes over what another reader found; in strict mode that reader has thrown already. */
  include(found: readonly Diagnostic[]): void {
    for (const { code, severity, message, ...at } of found) this.#add(code, severity, message, at);
  }

  list(): Diagnostic[] {
    const more: Diagnostic[] = [];
    for (const [code, count] of this.#counts) {
      const left = count - LISTED_PER_CODE;
      if (left > 0) more.push({ code, severity: 'info', message: `and ${left} more findings of this kind` });
    }
    return [...this.#found, ...more];
  }

  #add(code: string, severity: Diagnostic['severity'], message: string, at: Position): void {
    // The same finding again, by reading another range of the same file, is no news.
    const key = `${code} ${message} ${at.where} ${at.byteOffset}`;
    if (this.#listed.has(key)) return;
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    if (count > LISTED_PER_CODE) return;
    this.#listed.add(key);
    const { fix: _fix, ...place } = at;
    this.#found.push({ code, severity, message, ...place });
  }
}
