/** Text of unknown encoding: UTF-8 where the bytes are valid UTF-8, else Latin-1 (old headers have ±, µ and NBSP). */
export function decodeText(bytes: Uint8Array): { text: string; latin1: boolean } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), latin1: false };
  } catch {
    return { text: Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''), latin1: true };
  }
}

export interface TextLine {
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  readonly byteOffset: number;
  readonly latin1: boolean;
}

/** Lines of a text file ended by LF, CR LF or CR, with the place of each. */
export function* textLines(bytes: Uint8Array): Generator<TextLine & { readonly byteLength: number }> {
  let line = 1;
  let start = 0;
  for (let i = 0; i <= bytes.length; i++) {
    const byte = bytes[i];
    if (byte !== undefined && byte !== 10 && byte !== 13) continue;
    if (i > start || byte !== undefined) {
      yield { ...decodeText(bytes.subarray(start, i)), line, byteOffset: start, byteLength: i - start };
    }
    if (byte === 13 && bytes[i + 1] === 10) i++;
    start = i + 1;
    line++;
  }
}

/** The place of a line, for errors and diagnostics. */
export function placeOf({ line, byteOffset }: TextLine, where: string) {
  return { where, line, byteOffset };
}

/** The beginning of a text that a file or a caller gave, for messages; what could steer a terminal is escaped. */
export function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80)).replace(/[\x7f-\x9f]/g, '?');
}
