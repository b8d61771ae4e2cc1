import type { Device } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { type VerifiedCase, type VerifyReport, verifyDevice } from '@ecgpu/engine/testing';
import { chooseManifest } from '../options/tuning-choice.js';
import type { Console } from '../output/console.js';
import { UsageError } from '../usage-error.js';

/** Kernel variants to check: the adapter's defaults, those that tuning chose for it, or all there are. */
export const VARIANT_CHOICES = ['default', 'tuned', 'all'] as const;
export type VariantChoices = (typeof VARIANT_CHOICES)[number];

interface VerifyRequest {
  /** This operation only. */
  readonly only: string | undefined;
  readonly variants: VariantChoices;
}

/**
 * Runs the engine's table of cases on the WebGPU adapter. Throws NO_ADAPTER where there is none, and a UsageError for an
 * unknown operation or for tuned variants where nothing was tuned.
 */
export async function verifyAdapter({ only, variants }: VerifyRequest, console: Console): Promise<VerifyReport> {
  const device = variants === 'tuned' ? await openTuned(console) : await openDevice({ kind: 'webgpu' });
  const progress = console.progress('verify');
  try {
    const report = await verifyDevice(device, {
      filter: (op) => only === undefined || op === only,
      variants: variants === 'all' ? 'all' : 'own',
      onProgress: ({ done, total, verified }) => progress.update(done, total, `${verified.op}, ${verified.mode}`),
    });
    if (report.cases.length === 0) throw new UsageError(`there is no operation '${only}'`);
    progress.end();
    return report;
  } finally {
    device.close();
  }
}

async function openTuned(console: Console): Promise<Device> {
  const chosen = await chooseManifest(console);
  if (chosen === undefined) {
    throw new UsageError('--variants tuned: nothing was tuned here', '`ecgpu doctor --tune` tunes this adapter.');
  }
  const device = await openDevice({ kind: 'webgpu', manifest: chosen.manifest });
  if (device.tuning?.applied) return device;
  device.close();
  throw new UsageError(
    `--variants tuned: ${chosen.file} is not of this adapter: ${device.tuning?.reason}`,
    '`ecgpu doctor --tune` tunes it anew.',
  );
}

interface Row {
  checks: number;
  ratio: number;
  milliseconds: number;
  agrees: boolean;
}

/**
 * A line for each operation, or for each variant of it where all were checked: checks, largest error as a part of what
 * rounding allows, time; then what went wrong.
 */
export function describeVerification({ adapter, checked, cases, agrees, stopped }: VerifyReport): string[] {
  const rows = new Map<string, Row>();
  for (const { op, variants, ratio, milliseconds, agrees: right } of cases) {
    const title = checked === 'all' ? withVariants(op, variants) : op;
    const row = rows.get(title) ?? { checks: 0, ratio: 0, milliseconds: 0, agrees: true };
    row.checks++;
    row.ratio = Math.max(row.ratio, ratio);
    row.milliseconds += milliseconds;
    row.agrees &&= right;
    rows.set(title, row);
  }
  const width = Math.max('operation'.length, ...[...rows.keys()].map(({ length }) => length));
  const lines = [`Verified: ${adapter}`, `${'operation'.padEnd(width)}  checks  error/allowed      ms`];
  for (const [title, { checks, ratio, milliseconds, agrees: right }] of rows) {
    const numbers = [String(checks).padStart(6), ratio.toFixed(2).padStart(13), milliseconds.toFixed(0).padStart(6)];
    lines.push(`${title.padEnd(width)}  ${numbers.join('  ')}  ${right ? 'agrees' : 'DIFFERS'}`);
  }
  for (const { op, variants, name, mode, problems } of cases) {
    for (const problem of problems) lines.push(`${withVariants(op, variants)}, ${name}, ${mode}: ${problem}`);
  }
  if (stopped !== undefined) lines.push(`Stopped early: ${stopped}`);
  lines.push(agrees ? 'Everything agrees with the reference.' : 'Not everything agrees with the reference.');
  return lines;
}

function withVariants(op: string, variants: VerifiedCase['variants']): string {
  const chosen = Object.entries(variants).map(([kernel, variant]) => `${kernel}: ${variant}`);
  return chosen.length === 0 ? op : `${op} (${chosen.join(', ')})`;
}
