import { Command } from 'commander';
import { registerAnnotations } from './commands/annotations.js';
import { registerBench } from './commands/bench.js';
import { registerCalibrate } from './commands/calibrate.js';
import { registerCheck } from './commands/check.js';
import { registerClassify } from './commands/classify.js';
import { registerCompare } from './commands/compare.js';
import { registerConvert } from './commands/convert.js';
import { registerCrossvalidate } from './commands/crossvalidate.js';
import { registerDetect } from './commands/detect.js';
import { registerDoctor } from './commands/doctor.js';
import { registerEvaluate } from './commands/evaluate.js';
import { registerExplain } from './commands/explain.js';
import { registerExport } from './commands/export.js';
import { registerFetch } from './commands/fetch.js';
import { registerFinetune } from './commands/finetune.js';
import { registerHrv } from './commands/hrv.js';
import { registerInfo } from './commands/info.js';
import { registerModel } from './commands/model.js';
import { registerNoise } from './commands/noise.js';
import { registerNoiseCurve } from './commands/noise-curve.js';
import { registerQuality } from './commands/quality.js';
import { registerRhythm } from './commands/rhythm.js';
import { registerSamples } from './commands/samples.js';
import { registerStream } from './commands/stream.js';
import { registerTrain } from './commands/train.js';
import type { Console } from './console.js';
import { VERSION } from './version.js';

const FOOTER = `
Exit codes: 0 done, 1 failed, 2 wrong use, 3 no such device.
Research software: not for clinical use, not a medical device.`;

/** The whole command line, writing to `console` and throwing instead of exiting. */
export function createProgram(console: Console): Command {
  const program = new Command('ecgpu')
    .description('Heartbeats: find, classify, train, evaluate. On WebGPU, without a machine-learning framework.')
    .version(VERSION)
    .showHelpAfterError('(add --help for the options and examples)')
    .addHelpText('afterAll', FOOTER);
  const register = [
    registerDoctor,
    registerClassify,
    registerStream,
    registerDetect,
    registerTrain,
    registerCrossvalidate,
    registerEvaluate,
    registerFinetune,
    registerCalibrate,
    registerExplain,
    registerModel,
    registerExport,
    registerCompare,
    registerBench,
    registerInfo,
    registerSamples,
    registerAnnotations,
    registerCheck,
    registerConvert,
    registerFetch,
    registerNoise,
    registerNoiseCurve,
    registerQuality,
    registerHrv,
    registerRhythm,
  ];
  for (const each of register) each(program, console);
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    command.exitOverride().configureOutput({ writeOut: console.out, writeErr: console.err });
  }
  return program;
}
