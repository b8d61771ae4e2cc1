import { EcgError } from '../errors.js';
import { textLines } from '../text.js';
import { checkRelativePath } from '../wfdb/file-name.js';

/**
 * Reads a `SHA256SUMS.txt`: path to checksum. Paths are as the file has them and unchecked; {@link safePath} is for
 * those that are used.
 * @throws EcgError FETCH_SUMS where a line is none, or a path has two checksums
 */
export function parseChecksums(bytes: Uint8Array, where: string): Map<string, string> {
  const sums = new Map<string, string>();
  for (const { text, line, byteOffset } of textLines(bytes)) {
    if (text.trim() === '') continue;
    const [, sum, path] = /^([0-9a-fA-F]{64})[ \t]+\*?(.+)$/.exec(text) ?? [];
    const known = path === undefined ? undefined : sums.get(path);
    if (sum === undefined || path === undefined || (known !== undefined && known !== sum.toLowerCase())) {
      throw new EcgError('FETCH_SUMS', 'The line is not a checksum and a path, or contradicts another', {
        where,
        line,
        byteOffset,
        fix: 'The server did not send the list of checksums: check the address and the version.',
      });
    }
    sums.set(path, sum.toLowerCase());
  }
  return sums;
}

/** The path in a list of checksums, where it stays inside the folder. @throws EcgError PATH_ESCAPE */
export function safePath(path: string, where: string): string {
  return checkRelativePath(path.replace(/^\.\//, ''), where);
}
