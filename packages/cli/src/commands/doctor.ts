import { EngineError } from '@ecgpu/engine';
import { type AdapterReport, inspectAdapters } from '@ecgpu/engine/node';
import type { Command } from 'commander';
import { type Console, printJson } from '../console.js';

interface Finding {
  readonly problem: string;
  readonly fix: string;
}

export interface DoctorReport {
  readonly node: string;
  readonly platform: string;
  readonly adapters: readonly AdapterReport[];
  /** What `--device auto` takes. */
  readonly chosen: 'webgpu' | 'cpu';
  readonly findings: readonly Finding[];
}

const GET_A_DRIVER =
  "A GPU needs its vendor's Vulkan driver. Without a GPU, Mesa's software driver serves: on Debian 12 install " +
  "mesa-vulkan-drivers from bookworm-backports (Debian 12's own Mesa 22.3 is too old for Dawn).";

export function registerDoctor(program: Command, console: Console): void {
  program
    .command('doctor')
    .description('what this machine can compute with, what is missing and how to get it')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExamples:\n  ecgpu doctor\n  ecgpu doctor --json')
    .action(async (options: { json?: boolean }) => {
      const report = await examine();
      if (options.json) return printJson(console, report);
      console.out(describe(report));
    });
}

async function examine(): Promise<DoctorReport> {
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
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    adapters,
    chosen: adapters.length > 0 ? 'webgpu' : 'cpu',
    findings,
  };
}

function describe({ node, platform, adapters, chosen, findings }: DoctorReport): string {
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
  lines.push(`--device auto takes: ${chosen}`);
  for (const { problem, fix } of findings) lines.push('', `Missing: ${problem}`, `  ${fix}`);
  return `${lines.join('\n')}\n`;
}
