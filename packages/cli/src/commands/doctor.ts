import { writeFileAtomic } from '@ecgpu/ecg-dsp/node';
import { EngineError } from '@ecgpu/engine';
import { type AdapterReport, inspectAdapters, inspectWasm, type WasmReport } from '@ecgpu/engine/node';
import type { VerifyReport } from '@ecgpu/engine/testing';
import { type Command, Option } from 'commander';
import { refuseUnused } from '../options/unused-options.js';
import { type Console, printJson } from '../output/console.js';
import { requireWritable } from '../output/output-file.js';
import { UsageError } from '../usage-error.js';
import { describeTuning, type TuningReport, tuneAdapter } from './tuning.js';
import { describeVerification, VARIANT_CHOICES, type VariantChoices, verifyAdapter } from './verification.js';

interface Finding {
  readonly problem: string;
  readonly fix: string;
}

export interface DoctorReport {
  readonly node: string;
  readonly platform: string;
  readonly adapters: readonly AdapterReport[];
  readonly wasm: WasmReport;
  /** What `--device auto` takes. */
  readonly chosen: 'webgpu' | 'wasm' | 'cpu';
  readonly findings: readonly Finding[];
  /** With --verify: every operation on the WebGPU adapter against the reference. */
  readonly verify?: VerifyReport;
  /** With --tune: what was measured now, and the file that remembers it. */
  readonly tuning?: TuningReport;
}

interface DoctorOptions {
  /** A file to write to; true: stdout. */
  readonly json?: string | true;
  readonly verify?: true;
  readonly variants?: VariantChoices;
  readonly tune?: true;
  readonly manifest?: string;
  readonly only?: string;
}

const GET_A_DRIVER =
  "A GPU needs its vendor's Vulkan driver. Without a GPU, Mesa's software driver serves: on Debian 12 install " +
  "mesa-vulkan-drivers from bookworm-backports (Debian 12's own Mesa 22.3 is too old for Dawn).";

export function registerDoctor(program: Command, console: Console): void {
  program
    .command('doctor')
    .description('what this machine can compute with, what is missing and how to get it')
    .option('--verify', 'check every operation of the WebGPU adapter, values and gradients, against the reference')
    .addOption(
      new Option('--variants <which>', 'with --verify: kernel variants to check (default: "default")').choices(
        VARIANT_CHOICES,
      ),
    )
    .option('--tune', 'time the kernel variants of the WebGPU adapter and remember the fastest for all commands')
    .option('--manifest <file>', "with --tune: the file to remember them in (default: in the user's cache folder)")
    .option('--only <name>', 'with --verify: this operation only; with --tune: classes of shapes that start so')
    .option('--json [file]', 'one JSON document, on stdout or in a file')
    .addHelpText(
      'after',
      '\nExamples:\n  ecgpu doctor\n  ecgpu doctor --json\n  ecgpu doctor --verify --json my-gpu.json\n' +
        '  ecgpu doctor --verify --variants all     # every kernel variant, not only those taken by default\n' +
        '  ecgpu doctor --tune                      # then: ecgpu train … ; ECGPU_TUNING=off ecgpu train …\n' +
        '  ecgpu doctor --tune --manifest gpu.json  # then: ECGPU_TUNING=gpu.json ecgpu train …',
    )
    .action((options: DoctorOptions) => doctor(options, console));
}

/** Fails where --verify finds an operation that computes wrongly; the report is written all the same. */
async function doctor(options: DoctorOptions, console: Console): Promise<void> {
  const { json, verify, variants, tune, manifest, only } = options;
  if (manifest !== undefined && !tune) throw new UsageError('--manifest is where --tune writes to; give both');
  if (!verify && !tune) refuseUnused(options, ['only'], 'is for --verify or --tune');
  if (variants !== undefined && !verify) throw new UsageError('--variants is what --verify checks; give both');
  if (typeof json === 'string') requireWritable(json);
  const report: DoctorReport = {
    ...(await examine()),
    ...(verify ? { verify: await verifyAdapter({ only, variants: variants ?? 'default' }, console) } : {}),
    ...(tune ? { tuning: await tuneAdapter({ only, file: manifest }, console) } : {}),
  };
  if (typeof json === 'string') await writeFileAtomic(json, `${JSON.stringify(report, null, 1)}\n`, { force: true });
  if (json === true) printJson(console, report);
  else console.out(describe(report));
  if (report.verify?.agrees === false) {
    throw new Error('this adapter does not compute everything rightly; please send the JSON report');
  }
}

async function examine(): Promise<Omit<DoctorReport, 'verify' | 'tuning'>> {
  const findings: Finding[] = [];
  let adapters: readonly AdapterReport[] = [];
  try {
    adapters = await inspectAdapters();
    if (adapters.length === 0) findings.push({ problem: 'no WebGPU adapter was found', fix: GET_A_DRIVER });
    else if (adapters.every(({ software }) => software)) {
      findings.push({ problem: 'only a software adapter: results are right, but no GPU computes', fix: GET_A_DRIVER });
    }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    findings.push({ problem: error.message, fix: error.fix ?? GET_A_DRIVER });
  }
  const wasm = inspectWasm();
  if (wasm.variant === null) findings.push({ problem: 'no WebAssembly SIMD', fix: 'Use Node 20 or later as it is.' });
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    adapters,
    wasm,
    chosen: adapters.some(({ software }) => !software) ? 'webgpu' : wasm.variant === null ? 'cpu' : 'wasm',
    findings,
  };
}

const REASONS = {
  webgpu: 'a GPU is there',
  wasm: 'no GPU; a software adapter would be slower',
  cpu: 'neither a GPU nor WebAssembly SIMD; the reference is slow',
} as const;

function describeWasm({ variant, cores, threads, mostThreads }: WasmReport): string[] {
  if (variant === null) return [];
  const fast = variant === 'relaxed-simd' ? 'fused multiply-add' : 'no fused multiply-add: Node 22 and later have it';
  return [
    `WebAssembly: ${variant} (${fast})`,
    `  threads: ${threads} (one a core of ${cores}, at most 8); --threads N takes another number, 1 … ${mostThreads}`,
    '  results do not depend on the number of threads',
    '',
  ];
}

function describe({ node, platform, adapters, wasm, chosen, findings, verify, tuning }: DoctorReport): string {
  const lines = [`Node ${node} on ${platform}`, ''];
  for (const { description, software, features, limits } of adapters) {
    lines.push(
      `${software ? 'software adapter' : 'GPU'}: ${description}`,
      `  features: ${features.join(', ') || 'none'}`,
    );
    for (const [name, value] of Object.entries(limits)) lines.push(`  ${name}: ${value.toLocaleString('en')}`);
    lines.push('');
  }
  if (adapters.length === 0) lines.push('No WebGPU adapter.', '');
  lines.push(...describeWasm(wasm), `--device auto takes: ${chosen} (${REASONS[chosen]})`);
  for (const { problem, fix } of findings) lines.push('', `Missing: ${problem}`, `  ${fix}`);
  if (verify) lines.push('', ...describeVerification(verify));
  if (tuning) lines.push('', ...describeTuning(tuning));
  return `${lines.join('\n')}\n`;
}
