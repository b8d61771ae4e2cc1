import { expect, it } from 'vitest';
import { processConsole } from './output/console.js';
import { createProgram } from './program.js';

const namesFor = async (...args: string[]) =>
  (await createProgram(processConsole, args)).commands.map((command) => command.name());

it('loads the command that is named, and all where none is or it is not known', async () => {
  const all = await namesFor();
  expect(all.slice(0, 3)).toEqual(['doctor', 'classify', 'stream']);
  for (const name of all) expect(await namesFor(name, '--help')).toEqual([name]);
  for (const args of [['--help'], ['help', 'detect'], ['bxb'], ['detekt'], ['toString']]) {
    expect(await namesFor(...args)).toEqual(all);
  }
});

it('needs no command for the version', async () => {
  expect(await namesFor('--version')).toEqual([]);
});
