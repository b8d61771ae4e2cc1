/**
 * Counts what the beat network needs, whatever computes it: floating-point operations and bytes of one inference and of
 * one training step, op by op. Prints the tables of docs/performance.md.
 *
 *   npm run floors [-- BATCH]
 */
import { BEAT_NETWORK, countParameters } from '@ecgpu/model';
import { loadBeats } from './beats.js';
import { countInference, countTraining, type ProgramCount } from './floors/count.js';
import { markdownTable } from './measurement/markdown.js';

const batch = Number(process.argv[2] ?? 64);
const { values } = await loadBeats();

const mega = (value: number) => (value / 1e6).toFixed(value < 1e6 ? 2 : 1);

function table(title: string, { ops, flops, bytes }: ProgramCount): string {
  const rows = ops.map(({ op, uses, ...count }) => [op, String(uses), mega(count.flops), mega(count.bytes)]);
  const total = ['**total**', '', `**${mega(flops)}**`, `**${mega(bytes)}**`];
  return `### ${title}\n\n${markdownTable(['op', 'uses', 'MFLOP', 'MB read and written'], [...rows, total])}\n`;
}

const parameters = countParameters(BEAT_NETWORK);
const inference = await countInference(values, batch);
const training = await countTraining(values, batch, 'plain');
process.stdout.write(
  [
    `${parameters} parameters, ${mega(4 * parameters)} MB; ${mega(inference.flops / batch)} MFLOP a beat.`,
    '',
    table(`One inference, batch ${batch}`, inference),
    table(`One training step, batch ${batch}`, training),
  ].join('\n'),
);
