import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findRepository(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'benchmarks/package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('the benchmarks run only inside the repository');
    folder = above;
  }
  return folder;
}

const repository = findRepository();

/** A file of the repository; this module may lie beside its source or bundled in `dist`. */
export function repositoryFile(path: string): string {
  return join(repository, path);
}
