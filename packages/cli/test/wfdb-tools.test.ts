import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { readRecord } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { describe, expect, it } from 'vitest';
import { ecgpu } from './run-ecgpu.js';
import { temporaryFolder } from './temporary-folder.js';

/** What rdsamp and rdann of WFDB 10.7 printed; made by scripts/make-wfdb-goldens.ts. */
interface Golden {
  readonly by: 'writeRecord' | 'wrsamp' | 'hand';
  readonly files: Readonly<Record<string, string>>;
  readonly cases: readonly { readonly tool: string; readonly args: readonly string[]; readonly out: string }[];
}

const goldens = JSON.parse(await readFile(new URL('wfdb-tools.json', import.meta.url), 'utf8')) as Record<
  string,
  Golden
>;
const at = temporaryFolder();

async function put(record: string, { files }: Golden): Promise<string> {
  await mkdir(at(record), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await writeFile(at(record, name), Buffer.from(text, name.endsWith('.hea') ? 'utf8' : 'base64'));
  }
  return at(record, record);
}

/** rdsamp takes the form of the times with -p, `-pe`; this command line has an option for it. */
const FORMS = { d: 'day', e: 'elapsed', h: 'hours', m: 'minutes', s: 'seconds', S: 'samples' };
function translated(args: readonly string[]): string[] {
  return args.flatMap((arg) => {
    const form = /^-p([dehmsS])$/.exec(arg)?.[1];
    return form === undefined ? [arg] : ['-p', '--times', FORMS[form as keyof typeof FORMS]];
  });
}

describe.each(Object.entries(goldens))('record %s', (record, golden) => {
  it('is printed byte for byte as by the WFDB tools', async () => {
    const path = await put(record, golden);
    for (const { tool, args, out } of golden.cases) {
      expect((await ecgpu([tool, path, ...translated(args)])).out, `${tool} ${args.join(' ')}`).toBe(out);
    }
  });
});

const written = Object.entries(goldens).filter(([, { by }]) => by !== 'hand');
it.each(written)('record %s holds the samples that its header sums', async (record, golden) => {
  await put(record, golden);
  const { diagnostics } = await readRecord(folderSource(at(record)), record, { strict: true });
  expect(diagnostics).toEqual([]);
});

it('there is a record of each raw format, by this library and by wrsamp', () => {
  const formats = ['8', '16', '24', '32', '61', '80', '160', '212', '310', '311'];
  expect(Object.keys(goldens)).toEqual(expect.arrayContaining(formats.flatMap((f) => [`ours${f}`, `theirs${f}`])));
});
