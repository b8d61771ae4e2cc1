import { EngineError } from '../errors.js';
import { describeRuntime } from '../runtime.js';
import { VERSION } from '../version.js';

/** The places a measurement holds for: another of any of them may have other fastest variants. */
export interface TunedPlace {
  readonly engine: string;
  /** Vendor, architecture and device. */
  readonly adapter: string;
  /** The driver's own words; browsers leave them out. */
  readonly driver: string;
  /** The browser, or Node and the platform. */
  readonly runtime: string;
}

export interface TimeSpread {
  readonly median: number;
  /** Quartiles: half of the samples lie between them. */
  readonly lower: number;
  readonly upper: number;
}

/** One variant in one class of shapes. */
export interface VariantTiming {
  /** null: what is taken without this choice. */
  readonly variant: string | null;
  /** The default once more: how far it is from itself is what the measurement is worth. */
  readonly control?: true;
  /** Milliseconds of one run of the workload. */
  readonly milliseconds?: TimeSpread;
  /** Times as multiples of the default's in the same round. */
  readonly ratio?: TimeSpread;
  /** Milliseconds until its kernels were compiled the first time. */
  readonly readyMilliseconds?: number;
  /** Why it was not timed: it is the default, does not compile, or computes something else. */
  readonly skipped?: string;
}

export interface VariantChoice {
  /** The name that the op looks its variant up by. */
  readonly kernel: string;
  /** The op and the class of shapes that it holds for. */
  readonly shapes: string;
  /** What was measured. */
  readonly workload: string;
  /** null: the default stays. */
  readonly variant: string | null;
  readonly reason: string;
  readonly timings: readonly VariantTiming[];
}

/** What tuning found: plain data, to be kept as JSON. */
export interface TuningManifest extends TunedPlace {
  readonly format: typeof FORMAT_NAME;
  readonly formatVersion: typeof FORMAT_VERSION;
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly choices: readonly VariantChoice[];
}

export const FORMAT_NAME = 'ecgpu-tuning';
export const FORMAT_VERSION = 1;
const LONGEST_TEXT = 500;
const MOST_ROWS = 1000;

/** Where this code runs, on an adapter with `info`. */
export function tunedPlace({ vendor, architecture, device, description }: GPUAdapterInfo): TunedPlace {
  const adapter = [vendor, architecture, device].filter((part) => part !== '').join(' · ');
  return { engine: VERSION, adapter, driver: description, runtime: describeRuntime() };
}

/** Why a manifest does not hold at `place`; undefined where it does. */
export function refusal(manifest: TunedPlace, place: TunedPlace): string | undefined {
  const kinds = ['adapter', 'driver', 'runtime', 'engine'] as const;
  const other = kinds.find((kind) => manifest[kind] !== place[kind]);
  if (other === undefined) return undefined;
  return `it was measured with another ${other}: ${manifest[other] || 'unnamed'}; here it is ${place[other] || 'unnamed'}`;
}

/** The later manifest, and of an earlier one in the same place the choices that the later one has not made. */
export function joinManifests(earlier: TuningManifest | undefined, later: TuningManifest): TuningManifest {
  if (earlier === undefined || refusal(earlier, later) !== undefined) return later;
  const made = new Set(later.choices.map(({ kernel, shapes }) => `${kernel}, ${shapes}`));
  const kept = earlier.choices.filter(({ kernel, shapes }) => !made.has(`${kernel}, ${shapes}`));
  return { ...later, choices: [...kept, ...later.choices] };
}

/** Checks what came out of a file or another store. Throws FORMAT with the place of what is wrong. */
export function readManifest(value: unknown): TuningManifest {
  const manifest = record(value, 'manifest');
  if (manifest['format'] !== FORMAT_NAME) throw formatError('manifest.format', `is not '${FORMAT_NAME}'`);
  if (manifest['formatVersion'] !== FORMAT_VERSION) {
    throw formatError('manifest.formatVersion', `is not ${FORMAT_VERSION}, the version that this engine reads`);
  }
  return {
    format: FORMAT_NAME,
    formatVersion: FORMAT_VERSION,
    engine: text(manifest['engine'], 'manifest.engine'),
    adapter: text(manifest['adapter'], 'manifest.adapter'),
    driver: text(manifest['driver'], 'manifest.driver'),
    runtime: text(manifest['runtime'], 'manifest.runtime'),
    date: text(manifest['date'], 'manifest.date'),
    choices: rows(manifest['choices'], 'manifest.choices', readChoice),
  };
}

function readChoice(value: unknown, where: string): VariantChoice {
  const { kernel, shapes, workload, variant, reason, timings } = record(value, where);
  return {
    kernel: text(kernel, `${where}.kernel`),
    shapes: text(shapes, `${where}.shapes`),
    workload: text(workload, `${where}.workload`),
    variant: variantName(variant, `${where}.variant`),
    reason: text(reason, `${where}.reason`),
    timings: rows(timings, `${where}.timings`, readTiming),
  };
}

function readTiming(value: unknown, where: string): VariantTiming {
  const { variant, control, milliseconds, ratio, readyMilliseconds, skipped } = record(value, where);
  if (control !== undefined && control !== true) throw formatError(`${where}.control`, 'is neither true nor left out');
  return {
    variant: variantName(variant, `${where}.variant`),
    ...(control === undefined ? {} : { control }),
    ...(milliseconds === undefined ? {} : { milliseconds: spread(milliseconds, `${where}.milliseconds`) }),
    ...(ratio === undefined ? {} : { ratio: spread(ratio, `${where}.ratio`) }),
    ...(readyMilliseconds === undefined
      ? {}
      : { readyMilliseconds: time(readyMilliseconds, `${where}.readyMilliseconds`) }),
    ...(skipped === undefined ? {} : { skipped: text(skipped, `${where}.skipped`) }),
  };
}

function spread(value: unknown, where: string): TimeSpread {
  const { median, lower, upper } = record(value, where);
  return {
    median: time(median, `${where}.median`),
    lower: time(lower, `${where}.lower`),
    upper: time(upper, `${where}.upper`),
  };
}

function record(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw formatError(where, 'is not an object');
  return value as Record<string, unknown>;
}

function rows<T>(value: unknown, where: string, readRow: (row: unknown, where: string) => T): T[] {
  if (!Array.isArray(value)) throw formatError(where, 'is not a list');
  if (value.length > MOST_ROWS) throw formatError(where, `has ${value.length} rows, more than ${MOST_ROWS}`);
  return value.map((row, index) => readRow(row, `${where}[${index}]`));
}

function text(value: unknown, where: string): string {
  if (typeof value !== 'string') throw formatError(where, 'is not a text');
  if (value.length > LONGEST_TEXT) throw formatError(where, `is longer than ${LONGEST_TEXT} characters`);
  return value;
}

function variantName(value: unknown, where: string): string | null {
  return value === null ? null : text(value, where);
}

function time(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw formatError(where, 'is not a time');
  return value;
}

export function formatError(where: string, what: string): EngineError {
  return new EngineError('FORMAT', `${where} ${what}`, {
    where,
    fix: 'Tune the device again: tuneDevice(device), or `ecgpu doctor --tune`.',
  });
}
