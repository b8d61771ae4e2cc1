import { EcgError } from '../errors.js';
import { quote } from '../text.js';

/** Names that could leave the record's folder, reach a device, a pipe or a network, or mean something to a shell. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const FORBIDDEN = /[\x00-\x1f\x7f-\x9f\\/:|%<>"*?]|\.\.|^[-.~]|[. ]$/;

/**
 * Refuses a file name that is more than a name inside its own folder.
 * @throws EcgError PATH_ESCAPE
 */
export function checkFileName(name: string, where: string, line?: number): string {
  if (name.length === 0 || name.length > 255 || FORBIDDEN.test(name)) {
    throw new EcgError('PATH_ESCAPE', `${quote(name)} is not a plain file name`, {
      where,
      ...(line === undefined ? {} : { line }),
      fix: 'A file lies in the folder of its header, with a name of letters, digits, "_", "-" and "."',
    });
  }
  return name;
}

/**
 * Refuses a relative path that could leave its root: every part of it must be a plain file name. Parts are separated
 * by `/`; a trailing `/` (a folder in a RECORDS file) is dropped.
 * @throws EcgError PATH_ESCAPE
 */
export function checkRelativePath(path: string, where: string): string {
  if (path.length > 1024) checkFileName('', where);
  const parts = path.replace(/\/$/, '').split('/');
  for (const part of parts) checkFileName(part, where);
  return parts.join('/');
}

/** Splits `a/b/100` into the folder prefix `a/b/` and the name `100`. */
export function splitPath(path: string): { folder: string; name: string } {
  const cut = path.lastIndexOf('/') + 1;
  return { folder: path.slice(0, cut), name: path.slice(cut) };
}
