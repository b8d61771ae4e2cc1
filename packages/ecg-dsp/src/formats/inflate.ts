import { EcgError } from '../errors.js';

/**
 * Inflates zlib data (RFC 1950) with the platform's own decoder, and stops as soon as more than `most` bytes come out: a
 * few bytes can stand for gigabytes.
 *
 * @throws EcgError `INFLATE` for damaged data, `BUDGET` beyond `most` bytes.
 */
export async function inflate(bytes: Uint8Array, most: number, where: string): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('deflate'));
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { value, done } = await reader.read().catch((cause: unknown) => {
      throw new EcgError('INFLATE', `The compressed data of ${where} is damaged`, {
        where,
        fix: 'Fetch the file again.',
        cause,
      });
    });
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new EcgError('BUDGET', `${where} unpacks to more than ${most} bytes`, {
        where,
        fix: 'Raise `limits.maxBytes` if this is the file you mean.',
      });
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
