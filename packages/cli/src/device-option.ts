import type { Device } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { Option } from 'commander';
import type { Console } from './console.js';

export type DeviceChoice = 'auto' | 'webgpu' | 'wasm' | 'cpu';

export function deviceOption(): Option {
  return new Option('--device <kind>', 'what computes').choices(['auto', 'webgpu', 'wasm', 'cpu']).default('auto');
}

/** Opens the device and says in one line on stderr what computes, and how to get a GPU where there is none. */
export async function openChosenDevice(choice: DeviceChoice, console: Console): Promise<Device> {
  const device = await openDevice({ kind: choice });
  const hint = choice === 'auto' && device.kind !== 'webgpu' ? ' (no GPU; `ecgpu doctor` says how to get one)' : '';
  console.err(`device: ${device.kind}, ${device.description}${hint}\n`);
  return device;
}
