import { openDevice } from '../src/index.js';
import { type VerifiedCase, type VerifyReport, verifyDevice } from '../src/testing/index.js';
import { OperationTable } from './operation-table.js';

const element = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

const start = element<HTMLButtonElement>('start');
const download = element<HTMLButtonElement>('download');
const progress = element<HTMLProgressElement>('progress');
const status = element('status');

/**
 * `?only=conv1d` checks one operation, `?variants=all` every variant of every kernel, `?device=wasm` the WebAssembly device
 * instead of the graphics adapter.
 */
const query = new URLSearchParams(location.search);
const only = query.get('only');
const kind = query.get('device') === 'wasm' ? 'wasm' : 'webgpu';
const variants = query.get('variants') === 'all' ? 'all' : 'own';

start.addEventListener('click', async () => {
  start.disabled = true;
  download.disabled = true;
  try {
    const report = await verify();
    status.textContent = summary(report);
    download.onclick = () => save(report);
    download.disabled = false;
  } catch (error) {
    const { message, fix } = error as Error & { fix?: string };
    status.textContent = [message, fix].filter((part) => part !== undefined).join(' – ');
  } finally {
    start.disabled = false;
  }
});

async function verify(): Promise<VerifyReport> {
  const table = new OperationTable(element('results'), { eachVariant: variants === 'all' });
  const device = await openDevice({ kind });
  try {
    element('adapter').textContent = device.description;
    return await verifyDevice(device, {
      filter: (op) => only === null || op === only,
      variants,
      onProgress: ({ done, total, verified }) => {
        progress.max = total;
        progress.value = done;
        status.textContent = `${done} of ${total}: ${title(verified)}`;
        table.add(verified);
      },
    });
  } finally {
    device.close();
  }
}

function title({ op, name, mode }: VerifiedCase): string {
  return `${op}, ${name}, ${mode}`;
}

function summary({ agrees, cases, stopped, milliseconds }: VerifyReport): string {
  const wrong = cases.filter((verified) => !verified.agrees);
  const time = `${cases.length} checks in ${(milliseconds / 1000).toFixed(1)} s`;
  if (agrees) return `${time}: all agree with the reference.`;
  const end = stopped === undefined ? '' : ` Stopped early: ${stopped}.`;
  return `${time}: ${wrong.length} do not agree with the reference.${end} Please download the report and send it.`;
}

function save(report: VerifyReport): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(report, null, 1)], { type: 'application/json' }));
  link.download = `ecgpu-verify-${report.date.slice(0, 10)}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
