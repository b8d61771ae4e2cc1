/**
 * Mnemonics of the annotation codes 0 to 41, as ecgcodes of the WFDB library numbers them; 15 and 17 are unassigned.
 * Codes 42 to 49 are the user's.
 */
const MNEMONICS = [...' NLRaVFJASEj/Q~', '[15]', '|', '[17]', ...'sT*D"=pB^t+u?![]en@xf()r'];

export const highestCode = 49;

/** Code of the free-text annotation `"`, which also carries a file's own tables. */
export const noteCode = 22;

const codes = new Map(MNEMONICS.map((symbol, code) => [symbol, code]));

/** Mnemonic of a code: `N` for 1; `[42]` for a code without one. */
export function symbolOf(code: number): string {
  return MNEMONICS[code] ?? `[${code}]`;
}

/** Code of a mnemonic, 0 to 49; undefined where there is none. */
export function codeOf(symbol: string): number | undefined {
  const bracketed = /^\[(\d{1,2})\]$/.exec(symbol);
  if (bracketed) {
    const code = Number(bracketed[1]);
    return code <= highestCode ? code : undefined;
  }
  return codes.get(symbol);
}

const BEATS = new Set([...'NLRaVFJASEj/Qrenf?B']);

/** Whether a mnemonic marks a beat (a QRS complex), as WFDB's `isqrs` has it. */
export function isBeatSymbol(symbol: string): boolean {
  return BEATS.has(symbol);
}
