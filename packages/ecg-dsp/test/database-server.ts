import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type FetchDatabaseOptions, type FetchedDatabase, fetchDatabase } from '../src/fetch/fetch-database.js';
import { makeRecord, text } from './independent-wfdb-writer.js';

export const big = Buffer.alloc(300_000, 'ecg ');
/** A small database: two records, one in a folder, one in segments, and files that belong to no record. */
export const files: Readonly<Record<string, Uint8Array>> = {
  RECORDS: text('100\nsub/\nm\n'),
  ANNOTATORS: text('atr\treference\n'),
  'notes.html': text('<html>'),
  ...makeRecord('100', 100, [{ samples: [1, 2, 3], format: 212, name: 'MLII' }]),
  '100.atr': big,
  'sub/7.hea': text('7 0 100 5\n'),
  'm.hea': text('m/2 1 100 6\npart1 3\npart1 3\n'),
  'part1.hea': text('part1 1 100 3\nshared.dat 212 200 12 0 1 6 0 I\n'),
  'shared.dat': makeRecord('100', 100, [{ samples: [1, 2, 3], format: 212, name: 'I' }])['100.dat']!,
};

export const sumOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function sums(list: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const lines = Object.entries(list).map(([path, bytes]) => `${sumOf(bytes)} ${path}\n`);
  return text(lines.join(''));
}

export const statusOf = ({ files: list }: FetchedDatabase, path: string): string | undefined =>
  list.find((file) => file.path === path)?.status;

type Answer = (request: IncomingMessage, response: ServerResponse, bytes: Uint8Array, path: string) => boolean;

/** The database on a server of this machine, and a folder to fetch it into; both anew for each test. */
export class DatabaseServer {
  folder = '';
  /** Paths that were asked for, with their ranges. */
  asked: string[] = [];
  /** Most requests that were open at once. */
  busiest = 0;
  served: Record<string, Uint8Array> = {};
  /** Answers instead of the server where it returns true. */
  spoil: Answer = () => false;
  #busy = 0;
  #server!: Server;

  constructor() {
    beforeEach(() => this.#open());
    afterEach(() => this.#close());
  }

  async #open(): Promise<void> {
    this.folder = mkdtempSync(join(tmpdir(), 'ecg-fetch-'));
    this.asked = [];
    this.#busy = this.busiest = 0;
    this.spoil = () => false;
    this.served = { ...files, 'SHA256SUMS.txt': sums(files) };
    this.#server = createServer((request, response) => {
      const path = decodeURIComponent(request.url ?? '').replace('/files/db/1.0.0/', '');
      this.asked.push(`${path} ${request.headers.range ?? ''}`.trim());
      this.busiest = Math.max(this.busiest, ++this.#busy);
      response.on('close', () => this.#busy--);
      const bytes = this.served[path];
      if (bytes === undefined) return void response.writeHead(404).end();
      if (!this.spoil(request, response, bytes, path)) answer(request, response, bytes);
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  #close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  run(options: Partial<FetchDatabaseOptions> = {}): Promise<FetchedDatabase> {
    return fetchDatabase({
      database: 'db',
      version: '1.0.0',
      out: this.folder,
      baseUrl: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/files`,
      backoffMs: 2,
      // Longer than a busy machine keeps a test from its core: an attempt that is given up is asked again.
      stallMs: 20_000,
      ...options,
    });
  }

  have(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  /** Pieces of files that were not fetched whole. */
  leftovers(): string[] {
    return readdirSync(this.folder, { recursive: true })
      .map(String)
      .filter((name) => name.includes('.part'));
  }

  /** Spoils the first answers for one file. */
  spoilFirst(path: string, times: number, how: (response: ServerResponse, bytes: Uint8Array) => void): void {
    let left = times;
    this.spoil = (_request, response, bytes, asks) => {
      if (asks !== path || left-- <= 0) return false;
      how(response, bytes);
      return true;
    };
  }
}

/** The way a good server answers, with ranges and a strong tag. */
function answer(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array): void {
  const etag = `"${sumOf(bytes).slice(0, 8)}"`;
  const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
  if (from === undefined || request.headers['if-range'] !== etag) {
    response.writeHead(200, { 'content-length': bytes.length, etag }).end(bytes);
  } else if (Number(from) >= bytes.length) response.writeHead(416).end();
  else {
    const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    response.writeHead(206, { 'content-length': bytes.length - Number(from), 'content-range': range, etag });
    response.end(bytes.subarray(Number(from)));
  }
}
