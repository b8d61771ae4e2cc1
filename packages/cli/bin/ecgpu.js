#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (!existsSync(main)) {
  console.error('ecgpu: not built yet. Run `npm ci && npm run build` in the repository root first.');
  process.exit(1);
}
await import(main.href);
