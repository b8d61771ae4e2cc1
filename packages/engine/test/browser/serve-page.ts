import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Rollup } from 'vite';
import { build } from 'vite';
import config from '../../verify/vite.config.js';

const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };

export interface ServedPage extends AsyncDisposable {
  /** On localhost, where a page is a secure context and so has WebGPU. */
  readonly url: string;
}

/** Builds the page in `folder` (relative to the package) as for publishing, shaders minified, and serves it. */
export async function servePage(folder: string): Promise<ServedPage> {
  const root = fileURLToPath(new URL(`../../${folder}/`, import.meta.url));
  const result = (await build({
    ...config,
    root,
    configFile: false,
    // Pages of other packages import their neighbours' sources, as all tests do.
    resolve: { conditions: ['@ecgpu/source', 'module', 'browser', 'import', 'default'] },
    logLevel: 'error',
    build: { ...config.build, write: false },
  })) as Rollup.RollupOutput;
  const files = new Map(
    result.output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]),
  );
  const server = createServer(({ url = '/' }, response) => {
    const path = url.split('?')[0]!;
    const name = path === '/' ? '/index.html' : path;
    const content = files.get(name);
    if (content === undefined) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': TYPES[name.split('.').at(-1)!] ?? 'text/plain' }).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
