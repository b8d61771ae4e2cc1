import { openDevice } from '@ecgpu/engine/node';
import { type VerifyReport, verifyDevice } from '@ecgpu/engine/testing';
import type { Console } from '../console.js';
import { UsageError } from '../usage-error.js';

/** Runs the engine's table of cases on the WebGPU adapter. Throws NO_ADAPTER where there is none. */
export async function verifyAdapter(only: string | undefined, console: Console): Promise<VerifyReport> {
  const device = await openDevice({ kind: 'webgpu' });
  const progress = console.progress('verify');
  try {
    const report = await verifyDevice(device, {
      filter: (op) => only === undefined || op === only,
      onProgress: ({ done, total, verified }) => progress.update(done, total, `${verified.op}, ${verified.mode}`),
    });
    if (report.cases.length === 0) throw new UsageError(`there is no operation '${only}'`);
    progress.end();
    return report;
  } finally {
    device.close();
  }
}

interface Row {
  checks: number;
  ratio: number;
  milliseconds: number;
  agrees: boolean;
}

/** A line for each operation: checks, largest error as a part of what rounding allows, time; then what went wrong. */
export function describeVerification({ adapter, cases, agrees, stopped }: VerifyReport): string[] {
  const rows = new Map<string, Row>();
  for (const { op, ratio, milliseconds, agrees: right } of cases) {
    const row = rows.get(op) ?? { checks: 0, ratio: 0, milliseconds: 0, agrees: true };
    row.checks++;
    row.ratio = Math.max(row.ratio, ratio);
    row.milliseconds += milliseconds;
    row.agrees &&= right;
    rows.set(op, row);
  }
  const width = Math.max(...[...rows.keys()].map(({ length }) => length));
  const lines = [`Verified: ${adapter}`, `${'operation'.padEnd(width)}  checks  error/allowed      ms`];
  for (const [op, { checks, ratio, milliseconds, agrees: right }] of rows) {
    const numbers = [String(checks).padStart(6), ratio.toFixed(2).padStart(13), milliseconds.toFixed(0).padStart(6)];
    lines.push(`${op.padEnd(width)}  ${numbers.join('  ')}  ${right ? 'agrees' : 'DIFFERS'}`);
  }
  for (const { op, name, mode, problems } of cases) {
    for (const problem of problems) lines.push(`${op}, ${name}, ${mode}: ${problem}`);
  }
  if (stopped !== undefined) lines.push(`Stopped early: ${stopped}`);
  lines.push(agrees ? 'Everything agrees with the reference.' : 'Not everything agrees with the reference.');
  return lines;
}
