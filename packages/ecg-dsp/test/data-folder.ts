import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const root = resolve(repository, process.env['ECG_DATA'] ?? '../shared/data');

/**
 * Folder of a data set (`mitdb`, `nstdb`, …); a visible skip where it is not on this machine.
 * Where REQUIRE_DATA=1, a missing folder fails the test.
 */
export function dataFolder(context: TestContext, name: string): string {
  const folder = resolve(root, name);
  if (!existsSync(folder)) {
    if (process.env['REQUIRE_DATA'] === '1') throw new Error(`${folder} is missing and REQUIRE_DATA=1`);
    context.skip(`${name} is not at ${folder}: set ECG_DATA`);
  }
  return folder;
}
