import { defaultVersions, fetchDatabase } from '@ecgpu/ecg-dsp/node';
import type { Command } from 'commander';
import { wholeNumber } from '../options/numbers.js';
import { type Console, printJson } from '../output/console.js';

interface FetchOptions {
  readonly out: string;
  readonly release?: string;
  readonly records?: readonly string[];
  readonly baseUrl?: string;
  readonly attempts: number;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Adds `fetch`: databases from PhysioNet, checked, resumed. */
export function registerFetch(program: Command, console: Console): void {
  program
    .command('fetch')
    .description('fetch a database, or some records of it, from PhysioNet; every file is checked by its SHA-256')
    .argument('<database>', `name on PhysioNet: ${Object.keys(defaultVersions).join(', ')}, …`)
    .requiredOption('--out <dir>', 'folder for the files')
    .option('--release <version>', 'version of the database, for those that have no default here: 1.0.0')
    .option('--records <list>', 'only these records: 100,101', (text) => text.split(',').map((name) => name.trim()))
    .option('--base-url <url>', 'a mirror (default: https://physionet.org/files/)')
    .option('--attempts <n>', 'attempts for each file', wholeNumber(1, 20), 6)
    .option('--force', 'replace files that are there with other contents')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu fetch mitdb --out mitdb
  ecgpu fetch nstdb --out nstdb --records em,118e06
  ecgpu fetch ludb --release 1.0.1 --out ludb
The same command again keeps what is right, goes on with what broke off and fetches the rest.`,
    )
    .action(async (database: string, options: FetchOptions) => {
      const { out, release, records, baseUrl, attempts, force = false, json } = options;
      // What has arrived is kept, and told so, where it is asked to end.
      const signal = console.interruption?.();
      const line = console.progress(database);
      const fetched = await fetchDatabase({
        database,
        out,
        attempts,
        force,
        ...(signal === undefined ? {} : { signal }),
        onProgress: ({ filesDone, filesTotal, file, received, total }) => {
          const share = total === undefined || total === 0 ? '' : ` ${Math.floor((100 * received) / total)} %`;
          line.update(filesDone, filesTotal, `${file}${share}`);
        },
        ...(release === undefined ? {} : { version: release }),
        ...(records === undefined ? {} : { records }),
        ...(baseUrl === undefined ? {} : { baseUrl }),
      });
      line.end(`${fetched.files.length} files`);
      if (json) return printJson(console, fetched);
      const counts = new Map<string, number>();
      for (const { status } of fetched.files) counts.set(status, (counts.get(status) ?? 0) + 1);
      const parts = [...counts].map(([status, count]) => `${count} ${status}`);
      console.out(`${database} ${fetched.version} in ${fetched.folder}: ${parts.join(', ')}\n`);
    });
}
