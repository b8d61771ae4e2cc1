import { createHash } from 'node:crypto';
import { memorySource } from '@ecgpu/ecg-dsp';
import { expect, it } from 'vitest';
import { dataHash } from './data-hash.js';

const text = (content: string) => new TextEncoder().encode(content);
const files = {
  '100.hea': text('100 1 360 2\n100.dat 16 200 16 0 0 0 0 MLII\n'),
  '100.dat': Uint8Array.of(1, 0, 2, 0),
  '100.atr': Uint8Array.of(0, 0),
  'sub/b.hea': text('b 2 360 2\nfirst.dat 16 200 16 0 0 0 0 I\nsecond.dat 16 200 16 0 0 0 0 II\n'),
  'sub/first.dat': Uint8Array.of(3, 0, 4, 0),
  'sub/second.dat': Uint8Array.of(5, 0, 6, 0),
  'sub/b.atr': Uint8Array.of(0, 0),
  's.hea': text('s/2 1 360 4\n100 2\n~ 2\n'),
  's.atr': Uint8Array.of(0, 0),
} as const;

/** Over name, size and bytes of each. */
function hashOf(...names: (keyof typeof files)[]): string {
  const hash = createHash('sha256');
  for (const name of names) hash.update(`${name}\0${files[name].length}\0`).update(files[name]);
  return hash.digest('hex');
}

it('is over the header, the signal files that it names and the annotations of each record', async () => {
  const source = memorySource(files);
  expect(await dataHash(source, ['100'])).toBe(hashOf('100.hea', '100.dat', '100.atr'));
  expect(await dataHash(source, ['sub/b', '100'])).toBe(
    hashOf('sub/b.hea', 'sub/first.dat', 'sub/second.dat', 'sub/b.atr', '100.hea', '100.dat', '100.atr'),
  );
  expect(await dataHash(source, ['s'])).toBe(hashOf('s.hea', '100.hea', '100.dat', 's.atr'));
});
