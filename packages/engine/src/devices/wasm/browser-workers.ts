import type { WasmPlatform } from './open.js';
import type { StartWorker } from './team.js';

/** The part of the page's interface that is used here. */
interface Page {
  readonly crossOriginIsolated?: boolean;
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly Worker?: new (url: string) => PageWorker;
}
interface PageWorker {
  onmessage: (() => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
  postMessage(message: object): void;
  terminate(): void;
}

const page = globalThis as Page;

const startWorker: StartWorker = (body, start) => {
  const source = `onmessage = ({ data: start }) => { const ready = () => postMessage('ready'); ${body} };`;
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new page.Worker!(url);
  const ready = new Promise<void>((resolve, reject) => {
    worker.onmessage = () => {
      URL.revokeObjectURL(url);
      resolve();
    };
    worker.onerror = ({ message }) => reject(new Error(message ?? 'a worker did not start'));
  });
  worker.postMessage(start);
  return { ready, terminate: () => worker.terminate() };
};

/** Memory may be shared with workers only on a cross-origin isolated page. */
export const browserPlatform: WasmPlatform =
  page.crossOriginIsolated === true && page.Worker !== undefined
    ? { startWorker, cores: page.navigator?.hardwareConcurrency ?? 1 }
    : { startWorker: undefined, whyOneThread: 'the page is not cross-origin isolated', cores: 1 };
