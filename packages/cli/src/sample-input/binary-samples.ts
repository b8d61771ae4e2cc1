import { EcgError } from '@ecgpu/ecg-dsp';
import type { SampleFormat, SampleInput } from './sample-input.js';

/** Little endian; frames of one sample a lead follow each other without anything between them. */
const readers = {
  /** The least value stands for a missing sample, as in WFDB's format 16. */
  int16: { bytes: 2, read: (view: DataView, at: number) => missingAt(-32_768, view.getInt16(at, true)) },
  float32: { bytes: 4, read: (view: DataView, at: number) => view.getFloat32(at, true) },
} as const;

export type BinaryFormat = keyof typeof readers;
export const binaryFormats = Object.keys(readers) as BinaryFormat[];

export class BinarySamples implements SampleInput {
  private readonly frame: number;
  private rest: Uint8Array = new Uint8Array(0);
  private taken = 0;

  constructor(private readonly format: SampleFormat & { readonly format: BinaryFormat }) {
    this.frame = format.columns * readers[format.format].bytes;
  }

  *push(bytes: Uint8Array): Generator<Float64Array[]> {
    const { frame } = this;
    const { format, taken, gain = 1, zero } = this.format;
    const all = new Uint8Array(this.rest.length + bytes.length);
    all.set(this.rest);
    all.set(bytes, this.rest.length);
    const count = Math.floor(all.length / frame);
    const view = new DataView(all.buffer);
    const reader = readers[format];
    const samples = taken.map((column) =>
      Float64Array.from(
        { length: count },
        (_, k) => (reader.read(view, k * frame + (column - 1) * reader.bytes) - zero) / gain,
      ),
    );
    this.rest = all.slice(count * frame);
    this.taken += count * frame;
    yield samples;
  }

  end(): Float64Array[][] {
    if (this.rest.length === 0) return [];
    throw new EcgError('STREAM_TRUNCATED', `The input ends ${this.rest.length} bytes into a frame of ${this.frame}.`, {
      where: 'input',
      byteOffset: this.taken,
      fix: 'Check --format and --leads or --columns: every frame has one sample of each lead.',
    });
  }
}

function missingAt(mark: number, value: number): number {
  return value === mark ? Number.NaN : value;
}
