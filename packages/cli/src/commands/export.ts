import { writeFileAtomic } from '@ecgpu/ecg-dsp/node';
import { openDevice } from '@ecgpu/engine/node';
import { loadModel } from '@ecgpu/model/node';
import { exportModel } from '@ecgpu/model/onnx';
import type { Command } from 'commander';
import { type Console, printJson } from '../console.js';
import { refuseToReplace } from '../output-file.js';

interface ExportOptions {
  readonly onnx: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function registerExport(program: Command, console: Console): void {
  program
    .command('export')
    .description('write a model as an ONNX file (opset 17), with its preprocessing contract in the metadata')
    .argument('<model>', 'shipped model (beat, sequence), or a model file')
    .requiredOption('--onnx <file>', 'file to write')
    .option('--force', 'replace a file that is there')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu export beat --onnx beat.onnx
  ecgpu export sequence --onnx sequence.onnx
  ecgpu export runs/beat/model.safetensors --onnx model.onnx --json
The file holds the network alone. How a signal becomes its inputs is in its metadata, ecgpu.contract and ecgpu.inputs;
for a sequence model also what becomes of its outputs. Of a sequence model of two stages it holds the one for one lead and streams: the
other needs to know the whole record.`,
    )
    .action(async (name: string, { onnx, force = false, json }: ExportOptions) => {
      refuseToReplace(onnx, force);
      const model = await loadModel(name);
      // Nothing is computed: weights are only brought there and back.
      const device = await openDevice({ kind: 'cpu' });
      try {
        const bytes = await exportModel(device, model);
        await writeFileAtomic(onnx, bytes, { force });
        if (json)
          printJson(console, {
            onnx,
            bytes: bytes.length,
            kind: model.kind,
            model: model.hash,
            notForClinicalUse: true,
          });
        else console.out(`${onnx}: ${bytes.length} bytes\n`);
      } finally {
        device.close();
      }
    });
}
