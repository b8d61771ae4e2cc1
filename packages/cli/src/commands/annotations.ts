import { readAnnotations, readHeader } from '@ecgpu/ecg-dsp';
import { formatAnnotation } from '@ecgpu/ecg-dsp/inspection';
import { openRecordPath } from '@ecgpu/ecg-dsp/node';
import type { Command } from 'commander';
import { type Console, printJson } from '../console.js';
import { warnOf } from '../diagnostics.js';
import { printable } from '../printable.js';
import { addRangeOptions, type RangeArguments, sampleRange } from '../record-range.js';

interface AnnotationsOptions extends RangeArguments {
  readonly annotator: string;
  readonly only?: readonly string[];
  readonly json?: boolean;
}

/** Adds `annotations`: the columns of rdann(1). */
export function registerAnnotations(program: Command, console: Console): void {
  const command = program
    .command('annotations')
    .alias('rdann')
    .description('print the annotations of a record: time, sample, symbol, subtype, channel, number, text')
    .argument('<record>', 'WFDB record: dir/100')
    .requiredOption('-a, --annotator <name>', 'suffix of the annotation file: atr');
  addRangeOptions(command)
    .option('-p, --only <symbols...>', 'only annotations of these symbols: V A')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu annotations mitdb/100 -a atr
  ecgpu annotations mitdb/233 -a atr -f 5:00 -t 6:00 -p V F
  ecgpu annotations classified/100 -a ecgpu --json`,
    )
    .action(async (path: string, options: AnnotationsOptions) => {
      const { annotator, only, json } = options;
      const { source, name } = openRecordPath(path);
      const header = await readHeader(source, name);
      const read = await readAnnotations(source, name, annotator, { fs: header.fs });
      const end = read.annotations.reduce((most, { sample }) => Math.max(most, sample + 1), 0);
      const { from, to } = sampleRange({ name, fs: header.fs, length: end }, options);
      const chosen = read.annotations.filter(
        ({ sample, symbol }) => sample >= from && sample < to && (only === undefined || only.includes(symbol)),
      );
      warnOf(read.diagnostics, name, console);
      if (!json) {
        for (const annotation of chosen) console.out(`${printable(formatAnnotation(annotation, header))}\n`);
        return;
      }
      printJson(console, {
        record: name,
        annotator,
        fs: header.fs,
        annotations: chosen.map((annotation) => ({ ...annotation, time: annotation.sample / header.fs })),
        diagnostics: read.diagnostics,
      });
    });
}
