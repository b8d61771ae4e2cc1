import { Command } from 'commander';
import type { Console } from './output/console.js';
import { VERSION } from './version.js';

const FOOTER = `
Exit codes: 0 done, 1 failed, 2 wrong use, 3 no such device.
Research software: not for clinical use, not a medical device.`;

type Register = (program: Command, console: Console) => void;

/**
 * In the order of the help. Each is loaded by itself: with the modules of all of them, `info` took 2.9 times as
 * long, and `classify` of half an hour 1.35 times.
 */
const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  doctor: async () => (await import('./commands/doctor.js')).registerDoctor,
  classify: async () => (await import('./commands/classify.js')).registerClassify,
  stream: async () => (await import('./commands/stream.js')).registerStream,
  detect: async () => (await import('./commands/detect.js')).registerDetect,
  train: async () => (await import('./commands/train.js')).registerTrain,
  crossvalidate: async () => (await import('./commands/crossvalidate.js')).registerCrossvalidate,
  evaluate: async () => (await import('./commands/evaluate.js')).registerEvaluate,
  finetune: async () => (await import('./commands/finetune.js')).registerFinetune,
  calibrate: async () => (await import('./commands/calibrate.js')).registerCalibrate,
  explain: async () => (await import('./commands/explain.js')).registerExplain,
  model: async () => (await import('./commands/model.js')).registerModel,
  export: async () => (await import('./commands/export.js')).registerExport,
  compare: async () => (await import('./commands/compare.js')).registerCompare,
  runs: async () => (await import('./commands/runs.js')).registerRuns,
  sumstats: async () => (await import('./commands/sumstats.js')).registerSumstats,
  bench: async () => (await import('./commands/bench.js')).registerBench,
  info: async () => (await import('./commands/info.js')).registerInfo,
  samples: async () => (await import('./commands/samples.js')).registerSamples,
  annotations: async () => (await import('./commands/annotations.js')).registerAnnotations,
  check: async () => (await import('./commands/check.js')).registerCheck,
  convert: async () => (await import('./commands/convert.js')).registerConvert,
  fetch: async () => (await import('./commands/fetch.js')).registerFetch,
  noise: async () => (await import('./commands/noise.js')).registerNoise,
  'noise-curve': async () => (await import('./commands/noise-curve.js')).registerNoiseCurve,
  quality: async () => (await import('./commands/quality.js')).registerQuality,
  hrv: async () => (await import('./commands/hrv.js')).registerHrv,
  rhythm: async () => (await import('./commands/rhythm.js')).registerRhythm,
};

/**
 * The command line for `args`, writing to `console` and throwing instead of exiting. It has the command that is named first, and
 * all of them where none is, or an alias.
 */
export async function createProgram(console: Console, args: readonly string[]): Promise<Command> {
  const program = new Command('ecgpu')
    .description('Heartbeats: find, classify, train, evaluate. On WebGPU, without a machine-learning framework.')
    .version(VERSION)
    .showHelpAfterError('(add --help for the options and examples)')
    .addHelpText('afterAll', FOOTER);
  for (const register of await Promise.all(loadersFor(args[0]).map((load) => load()))) register(program, console);
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    command.exitOverride().configureOutput({ writeOut: console.out, writeErr: console.err });
  }
  return program;
}

function loadersFor(first: string | undefined) {
  if (first === '--version' || first === '-V') return [];
  const one = first !== undefined && Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  return one ? [one] : Object.values(COMMANDS);
}
