import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { processConsole } from '../src/output/console.js';
import { createProgram } from '../src/program.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const inFolder = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const DOCUMENTS = [
  ...['.', 'docs', 'packages/model/pretrained', 'data/mitdb-samples'].flatMap(inFolder),
  ...['engine', 'ecg-dsp', 'model', 'cli'].flatMap((name) => inFolder(`packages/${name}`)),
];

/** Of every package and tool, as paths that begin with a slash. */
const FILES = ['benchmarks', 'build', ...['engine', 'ecg-dsp', 'model', 'cli'].map((name) => `packages/${name}`)]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `/${folder}/${name}`),
  )
  .filter((path) => !/\/(?:dist|node_modules)\//.test(path));

const program = await createProgram(processConsole, []);

/** What GitHub makes of a heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-');

/** A command by its words; undefined where there is none. */
function commandOf(words: readonly string[]): Command | undefined {
  const named = (parent: Command, word = '') =>
    parent.commands.find((each) => each.name() === word || each.aliases().includes(word));
  const command = named(program, words[0]);
  return (command && named(command, words[1])) ?? command;
}

describe.each(DOCUMENTS)('%s', (path) => {
  const text = readFileSync(join(root, path), 'utf8');
  const prose = text.replace(/```[\s\S]*?```/g, '');

  it('has tables whose rows have a cell for each column', () => {
    for (const [table] of prose.matchAll(/(?:^\|.*\n)+/gm)) {
      const rows = table.trimEnd().split('\n');
      const widths = rows.map((row) => row.replace(/\\\|/g, '').split('|').length);
      expect(new Set(widths), table).toEqual(new Set([widths[0]]));
    }
  });

  it('links to what exists', () => {
    for (const [, link = ''] of prose.matchAll(/\]\(([^)]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      const [file, heading] = link.split('#');
      const target = file ? join(root, dirname(path), file) : join(root, path);
      expect(existsSync(target), link).toBe(true);
      if (heading === undefined) continue;
      const headings = [...readFileSync(target, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => anchor(title));
      expect(headings, link).toContain(heading);
    }
  });

  it('names files that exist', () => {
    for (const [, file = ''] of prose.matchAll(/`([\w./-]+\.(?:ts|wgsl|js|py))`/g))
      expect(
        FILES.some((each) => each.endsWith(`/${file}`)),
        file,
      ).toBe(true);
  });

  it('names commands and options that exist', () => {
    const inline = [...prose.matchAll(/`(?:npx )?ecgpu ([^`]+)`/g)].map(([, line = '']) => line);
    const blocks = [...text.matchAll(/```[\s\S]*?```/g)].map(([block]) => block).join('\n');
    const shown = [...blocks.matchAll(/^(?:.*&& |\$ )?(?:npx )?ecgpu ([a-z-]+.*)$/gm)].map(([, line = '']) => line);
    for (const line of [...inline, ...shown]) {
      // Up to a remark, a redirection or the next command.
      const words = line
        .split(/\s+#|\s{3,}| [<|] | && /)[0]!
        .replaceAll(',', '')
        .split(/\s+/);
      if (words[0]?.startsWith('-')) continue;
      const command = commandOf(words);
      expect(command, line).toBeDefined();
      for (const word of words.filter((each) => /^--?[a-z]/i.test(each)))
        expect(
          command!.options.some((option) => [option.short, option.long].includes(word)) || word === '--help',
          line,
        ).toBe(true);
    }
  });
});
