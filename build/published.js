import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * The packages as npm would publish them, unpacked into a folder of their own: the examples of the READMEs run there, the command
 * classifies, and a page that classifies is bundled. What tests from the sources cannot see is here: a file that is not packed, an
 * import that only the workspace resolves, a module of Node in what a page loads.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ecgpu-published-'));
const PACKAGES = { engine: '@ecgpu/engine', 'ecg-dsp': '@ecgpu/ecg-dsp', model: '@ecgpu/model', cli: 'ecgpu' };

const PAGE = `
import { fileListSource, readRecord } from '@ecgpu/ecg-dsp';
import { openDevice } from '@ecgpu/engine';
import { classifyRecord, decodeModel, openClassifier } from '@ecgpu/model';
export async function classify(files, name, address) {
  const model = decodeModel(new Uint8Array(await (await fetch(address)).arrayBuffer()));
  const classifier = await openClassifier(await openDevice(), model);
  return classifyRecord(await readRecord(fileListSource(files), name), model, classifier);
}`;

try {
  for (const [name, published] of Object.entries(PACKAGES)) {
    const from = join(root, 'packages', name);
    const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: from, stdio: 'pipe' });
    const [{ filename, size }] = JSON.parse(packed.toString());
    const to = join(folder, 'node_modules', published);
    mkdirSync(to, { recursive: true });
    execFileSync('tar', ['-xzf', join(folder, filename), '--strip-components=1', '-C', to]);
    console.log(`${published}: ${size} bytes packed`);
  }
  for (const name of ['commander', 'webgpu']) {
    const own = join(root, 'packages/cli/node_modules', name);
    const installed = existsSync(own) ? own : join(root, 'node_modules', name);
    symlinkSync(installed, join(folder, 'node_modules', name));
  }
  symlinkSync(join(root, 'data'), join(folder, 'data'));

  for (const readme of ['README.md', ...['engine', 'ecg-dsp', 'model'].map((name) => `packages/${name}/README.md`)]) {
    const [, code] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, readme), 'utf8')) ?? [];
    writeFileSync(join(folder, 'example.mjs'), code);
    console.log(`the example of ${readme}:`);
    execFileSync(process.execPath, ['example.mjs'], { cwd: folder, stdio: 'inherit' });
  }
  const bin = join(folder, 'node_modules/ecgpu/bin/ecgpu.js');
  const classify = [bin, 'classify', 'data/mitdb-samples/100', '--model', 'sequence'];
  execFileSync(process.execPath, classify, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });

  writeFileSync(join(folder, 'page.js'), PAGE);
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'page.js')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logOverride: { 'ignored-bare-import': 'silent' },
  });
  console.log(`a page that classifies: ${outputFiles[0].contents.length} bytes bundled`);
} finally {
  rmSync(folder, { recursive: true });
}
