import type { Device } from '../device.js';
import { CpuDevice } from './device.js';

/** The reference device: every graph runs, slowly and exactly. */
export function openCpuDevice(): Device {
  return new CpuDevice();
}
