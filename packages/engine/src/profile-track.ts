import type { KernelProfile } from './compile/executable.js';

export interface ProfileTrackOptions {
  /** Name of the track. Default: GPU. */
  readonly track?: string;
  /** Tracks of one group stand together. Default: ecgpu. */
  readonly trackGroup?: string;
  /** When the profile ended, in milliseconds of `performance.now()`. Default: now. */
  readonly end?: number;
}

const COLOURS = { compute: 'primary', memory: 'secondary', unknown: 'tertiary' } as const;

/**
 * Puts a profile on the time line of Chrome's Performance panel, a kernel an entry, when the panel is recording:
 *
 *     profileTrack(await program.profile());
 *
 * The entries are `performance.measure`s with the detail of Chrome's extensibility API
 * (https://developer.chrome.com/docs/devtools/performance/extension), and stay among the page's until
 * `performance.clearMeasures()`. The kernels lie as they followed each other; where the whole lies is known only as well
 * as `end` is.
 */
export function profileTrack(
  rows: readonly KernelProfile[],
  { track = 'GPU', trackGroup = 'ecgpu', end = performance.now() }: ProfileTrackOptions = {},
): void {
  const last = rows.at(-1);
  if (last === undefined) return;
  const begun = Math.max(0, end - (last.startMicroseconds + last.microseconds) / 1e3);
  for (const row of rows) {
    const { label, startMicroseconds, microseconds, bound = 'unknown' } = row;
    const start = begun + startMicroseconds / 1e3;
    const devtools = {
      dataType: 'track-entry',
      track,
      trackGroup,
      color: COLOURS[bound],
      properties: describe(row),
      tooltipText: describe(row)
        .map(([what, value]) => `${what}: ${value}`)
        .join(', '),
    };
    performance.measure(label, { start, end: start + microseconds / 1e3, detail: { devtools } });
  }
}

function describe(row: KernelProfile): [what: string, value: string][] {
  const { kernel, microseconds, gflops, gigabytesPerSecond, percentOfRoofline, bound } = row;
  const lines: [string, number | undefined, string][] = [
    ['time', microseconds, 'µs'],
    ['computes', gflops, 'GFLOP/s'],
    ['moves', gigabytesPerSecond, 'GB/s'],
    ['of the roofline', percentOfRoofline, `% (${bound})`],
  ];
  return [
    ['kernel', kernel],
    ...lines.flatMap(([what, value, unit]): [string, string][] =>
      value === undefined || Number.isNaN(value) ? [] : [[what, `${short(value)} ${unit}`]],
    ),
  ];
}

/** Three digits, without an exponent. */
function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
