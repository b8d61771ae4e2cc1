import type { Device, DeviceKind } from '../devices/device.js';
import { EngineError } from '../errors.js';
import { describeRuntime } from '../runtime.js';
import { VERSION } from '../version.js';
import { type CaseVariants, everyVariant, ownVariants } from './case-variants.js';
import { type CaseCheck, type CaseReport, checksOf } from './check-case.js';
import type { OpCase } from './op-case.js';
import { opCases } from './op-cases.js';

/** One case in one mode. In JSON an infinite `ratio` (NaN met a number) becomes null. */
export interface VerifiedCase extends CaseReport {
  readonly op: string;
  readonly name: string;
  /** By which variant each kernel that has any computed, `default` for what is taken where none is asked for. */
  readonly variants: Readonly<Record<string, string>>;
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
  /** Whether each case was computed in the device's own way alone, or by every variant of its kernels. */
  readonly checked: 'own' | 'all';
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
  /**
   * `own` (default): in the device's own way, by its default variants or those of the manifest it was opened with. `all`: by
   * every variant of every kernel too, as tuning might choose them. Only WebGPU has variants.
   */
  readonly variants?: VerifyReport['checked'];
}

/** After one of these no later result of the device can be trusted. */
const FATAL: ReadonlySet<string> = new Set(['DEVICE_LOST', 'DEVICE_CLOSED', 'GPU_ERROR']);

/**
 * Runs the table of op cases on a device, values and gradients, against the f64 reference with bounds that follow from
 * the arithmetic. Never rejects for what the device does wrong: that is what the report says.
 */
export async function verifyDevice(
  device: Device,
  { onProgress, filter = () => true, variants = 'own' }: VerifyOptions = {},
): Promise<VerifyReport> {
  const start = performance.now();
  const checks = allChecks()
    .filter(({ op, name }) => filter(op, name))
    .flatMap((one) => waysToCompute(device, one.check, variants).map((way) => ({ ...one, way })));
  const cases: VerifiedCase[] = [];
  let stopped: string | undefined;
  for (const { op, name, check, way } of checks) {
    const from = performance.now();
    const { report, fatal } = await runCheck(device, check, way);
    const verified = { op, name, variants: way.names, ...report, milliseconds: performance.now() - from };
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
    checked: variants,
    agrees: stopped === undefined && cases.every(({ agrees }) => agrees),
    ...(stopped === undefined ? {} : { stopped }),
    cases,
  };
}

function allChecks(): { readonly op: string; readonly name: string; readonly check: CaseCheck }[] {
  return Object.entries(opCases as Readonly<Record<string, readonly OpCase[]>>).flatMap(([op, cases]) =>
    cases.flatMap((opCase) => checksOf(opCase).map((check) => ({ op, name: opCase.name, check }))),
  );
}

function waysToCompute(device: Device, check: CaseCheck, variants: VerifyReport['checked']): readonly CaseVariants[] {
  const nodes = check.nodes();
  return variants === 'all' ? everyVariant(device, nodes) : [ownVariants(device, nodes)];
}

async function runCheck(
  device: Device,
  check: CaseCheck,
  { variants }: CaseVariants,
): Promise<{ report: CaseReport; fatal?: string }> {
  try {
    return { report: await check.run(device, variants) };
  } catch (error) {
    const code = error instanceof EngineError ? error.code : 'failed';
    const problem = `${code}: ${error instanceof Error ? error.message : String(error)}`;
    const report = { mode: check.mode, agrees: false, ratio: Number.POSITIVE_INFINITY, problems: [problem] };
    return FATAL.has(code) ? { report, fatal: problem } : { report };
  }
}
