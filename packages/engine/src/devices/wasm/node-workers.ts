import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { WasmPlatform } from './open.js';
import type { StartWorker } from './team.js';

/** A worker_threads worker. `unref` lets the process end while it waits for the next run. */
const startWorker: StartWorker = (body, start) => {
  const source = `
    const { workerData: start, parentPort } = require('node:worker_threads');
    const ready = () => parentPort.postMessage('ready');
    ${body}`;
  const worker = new Worker(source, { eval: true, workerData: start, execArgv: [] });
  const ready = new Promise<void>((resolve, reject) => {
    worker.once('message', () => {
      worker.unref();
      resolve();
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the worker ended with code ${code}`)));
  });
  return {
    ready,
    terminate: () => {
      // Nobody waits for it: the promise only says when the thread is gone.
      void worker.terminate();
    },
  };
};

export const nodePlatform: WasmPlatform = { startWorker, cores: availableParallelism() };
