import { writeFileAtomic } from '@ecgpu/ecg-dsp/node';
import { openDevice } from '@ecgpu/engine/node';
import { loadModel } from '@ecgpu/model/node';
import { exportModel, exportWindows } from '@ecgpu/model/onnx';
import type { Command } from 'commander';
import { type Console, printJson } from '../output/console.js';
import { refuseToReplace } from '../output/output-file.js';
import { UsageError } from '../usage-error.js';

interface ExportOptions {
  readonly onnx: string;
  readonly windows?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function registerExport(program: Command, console: Console): void {
  program
    .command('export')
    .description('write a model as an ONNX file (opset 17), with its preprocessing contract in the metadata')
    .argument('<model>', 'shipped model (beat, sequence), or a model file')
    .requiredOption('--onnx <file>', 'file to write')
    .option(
      '--windows',
      'of a sequence model: a file of windows of beats, for streams, instead of one of whole records',
    )
    .option('--force', 'replace a file that is there')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu export beat --onnx beat.onnx
  ecgpu export sequence --onnx sequence.onnx
  ecgpu export sequence --onnx windows.onnx --windows
  ecgpu export runs/beat/model.safetensors --onnx model.onnx --json
How a signal becomes the inputs is in the file's metadata, ecgpu.contract and ecgpu.inputs; what it gives is in ecgpu.outputs.
A beat model's file takes any beats. A sequence model's takes all beats of one record and gives the classes that
ecgpu classify gives: members, windows, output rule, temperature, the choice of the stage and, where the model has it,
self-training are in the graph, but no check of fusion beats; of a patient's model it is what its networks alone give. With --windows
it takes windows of beats as a stream has them; what becomes of its outputs is in ecgpu.windows and ecgpu.outputRule, and the
stage for whole records of two leads is left out.
Not for clinical use.`,
    )
    .action(async (name: string, { onnx, windows = false, force = false, json }: ExportOptions) => {
      refuseToReplace(onnx, force);
      const model = await loadModel(name);
      if (windows && model.kind === 'beat') {
        throw new UsageError(
          `--windows is for sequence models, and ${name} is a beat model`,
          'Leave it out: the file takes any beats.',
        );
      }
      // Nothing is computed: weights are only brought there and back.
      const device = await openDevice({ kind: 'cpu' });
      try {
        const bytes =
          windows && model.kind === 'sequence' ? await exportWindows(device, model) : await exportModel(device, model);
        await writeFileAtomic(onnx, bytes, { force });
        if (json)
          printJson(console, {
            onnx,
            bytes: bytes.length,
            kind: model.kind,
            takes: model.kind === 'beat' ? 'beats' : windows ? 'windows' : 'record',
            model: model.hash,
            notForClinicalUse: true,
          });
        else console.out(`${onnx}: ${bytes.length} bytes\n`);
      } finally {
        device.close();
      }
    });
}
