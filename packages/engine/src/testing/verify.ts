import type { Device, DeviceKind } from '../devices/device.js';
import { EngineError } from '../errors.js';
import { describeRuntime } from '../runtime.js';
import { VERSION } from '../version.js';
import { type CaseReport, checkGradients, checkValues } from './check-case.js';
import type { OpCase } from './op-case.js';
import { opCases } from './op-cases.js';

/** One case in one mode. In JSON an infinite `ratio` (NaN met a number) becomes null. */
export interface VerifiedCase extends CaseReport {
  readonly op: string;
  readonly name: string;
  readonly milliseconds: number;
}

/** What a device computes rightly, case by case; plain data, so that reports of several machines can be compared. */
export interface VerifyReport {
  readonly engine: string;
  /** The browser's user agent, or Node's version and platform. */
  readonly runtime: string;
  readonly kind: DeviceKind;
  readonly adapter: string;
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly milliseconds: number;
  /** True when every case ran and agrees. */
  readonly agrees: boolean;
  /** Why the remaining cases were not run: the device was lost or reported an error that nobody caught. */
  readonly stopped?: string;
  readonly cases: readonly VerifiedCase[];
}

export interface VerifyProgress {
  readonly done: number;
  readonly total: number;
  /** The case that was just checked. */
  readonly verified: VerifiedCase;
}

export interface VerifyOptions {
  readonly onProgress?: (progress: VerifyProgress) => void;
  /** Only the cases for which it is true. */
  readonly filter?: (op: string, name: string) => boolean;
}

interface Check {
  readonly op: string;
  readonly opCase: OpCase;
  readonly mode: CaseReport['mode'];
}

/** After one of these no later result of the device can be trusted. */
const FATAL: ReadonlySet<string> = new Set(['DEVICE_LOST', 'DEVICE_CLOSED', 'GPU_ERROR']);

/**
 * Runs the table of op cases on a device, values and gradients, against the f64 reference with bounds that follow from
 * the arithmetic. Never rejects for what the device does wrong: that is what the report says.
 */
export async function verifyDevice(
  device: Device,
  { onProgress, filter = () => true }: VerifyOptions = {},
): Promise<VerifyReport> {
  const checks = allChecks().filter(({ op, opCase }) => filter(op, opCase.name));
  const start = performance.now();
  const cases: VerifiedCase[] = [];
  let stopped: string | undefined;
  for (const check of checks) {
    const from = performance.now();
    const { report, fatal } = await runCheck(device, check);
    const verified = { op: check.op, name: check.opCase.name, ...report, milliseconds: performance.now() - from };
    cases.push(verified);
    onProgress?.({ done: cases.length, total: checks.length, verified });
    if (fatal === undefined) continue;
    stopped = fatal;
    break;
  }
  return {
    engine: VERSION,
    runtime: describeRuntime(),
    kind: device.kind,
    adapter: device.description,
    date: new Date().toISOString(),
    milliseconds: performance.now() - start,
    agrees: stopped === undefined && cases.every(({ agrees }) => agrees),
    ...(stopped === undefined ? {} : { stopped }),
    cases,
  };
}

function allChecks(): Check[] {
  return Object.entries(opCases as Readonly<Record<string, readonly OpCase[]>>).flatMap(([op, cases]) =>
    cases.flatMap((opCase) => {
      const skipsGradients = opCase.gradients !== undefined && 'skip' in opCase.gradients;
      const modes = skipsGradients ? (['values'] as const) : (['values', 'gradients'] as const);
      return modes.map((mode) => ({ op, opCase, mode }));
    }),
  );
}

async function runCheck(device: Device, { opCase, mode }: Check): Promise<{ report: CaseReport; fatal?: string }> {
  try {
    return { report: await (mode === 'values' ? checkValues : checkGradients)(device, opCase) };
  } catch (error) {
    const code = error instanceof EngineError ? error.code : 'failed';
    const problem = `${code}: ${error instanceof Error ? error.message : String(error)}`;
    const report = { mode, agrees: false, ratio: Number.POSITIVE_INFINITY, problems: [problem] };
    return FATAL.has(code) ? { report, fatal: problem } : { report };
  }
}
