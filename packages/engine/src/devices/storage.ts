import { argumentError, releasedError } from '../errors.js';
import type { DType } from '../graph/shape.js';
import type { Storage, TensorData } from '../graph/storage.js';
import type { Device } from './device.js';

/** What a device must be asked before its memory is touched. */
interface Owner extends Device {
  /** Refuses work that could not give a true result. */
  assertUsable(where: string): void;
}

/** What storages of all devices have in common: who may use them, and until when. */
export abstract class DeviceStorage<D extends Owner = Owner> implements Storage {
  #released = false;

  constructor(
    readonly device: D,
    readonly dtype: DType,
    readonly length: number,
    readonly label: string,
  ) {}

  assertUsable(where: string): void {
    this.device.assertUsable(where);
    if (this.#released) throw releasedError(where, `the storage '${this.label}'`);
  }

  write(data: TensorData, offset = 0): void {
    this.assertUsable(this.label);
    if (offset % 1 !== 0 || offset < 0 || offset + data.length > this.length) {
      throw argumentError(this.label, `${data.length} values at ${offset} do not fit in ${this.length}`);
    }
    this.put(data, offset);
  }

  async read(): Promise<TensorData> {
    this.assertUsable(this.label);
    return this.take();
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.free();
  }

  protected abstract put(data: TensorData, offset: number): void;
  protected abstract take(): TensorData | Promise<TensorData>;
  protected abstract free(): void;
}
