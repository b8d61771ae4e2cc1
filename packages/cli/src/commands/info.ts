import { openRecord, type WfdbRecord } from '@ecgpu/ecg-dsp';
import { textTable } from '@ecgpu/ecg-dsp/ec57';
import { openRecordPath } from '@ecgpu/ecg-dsp/node';
import type { Command } from 'commander';
import type { Console } from '../output/console.js';
import { warnOf } from '../output/diagnostics.js';
import { printable } from '../output/printable.js';
import { reportRecords } from '../records/each-record.js';

interface InfoOptions {
  readonly patient?: boolean;
  readonly json?: boolean;
}

/** Adds `info`: what wfdbdesc(1) says of a record. */
export function registerInfo(program: Command, console: Console): void {
  program
    .command('info')
    .description('what records hold: length, rate, leads and how they are stored')
    .argument('<record...>', 'WFDB records: dir/100 (dir/100.hea is understood too)')
    .option('--patient', "show the header's comments too: often age, sex and medication")
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExamples:\n  ecgpu info mitdb/100\n  ecgpu info mitdb/100 mitdb/101 --patient --json')
    .action(async (records: string[], { patient = false, json }: InfoOptions) => {
      await reportRecords(records, { json }, console, async (path) => {
        const { source, name } = openRecordPath(path);
        const record = await openRecord(source, name);
        warnOf(record.diagnostics, record.name, console);
        const info = describe(record, patient);
        return { result: info, text: () => infoText(info) };
      });
    });
}

function describe({ header, name, fs, length, leads, diagnostics }: WfdbRecord, patient: boolean) {
  return {
    record: name,
    fs,
    length,
    seconds: length / fs,
    baseTime: header.baseTime ?? null,
    baseDate: header.baseDate ?? null,
    segments:
      header.segments?.map(({ name: segment, length: samples }) => ({ name: segment, length: samples })) ?? null,
    leads: leads.map((lead, index) => {
      const spec = header.signals[index];
      const storage = spec && {
        file: spec.file,
        format: spec.format,
        gain: spec.gain,
        calibrated: spec.calibrated,
        baseline: spec.baseline,
        adcResolution: spec.adcResolution,
        adcZero: spec.adcZero,
      };
      const { name: leadName, units, samplesPerFrame } = lead;
      return { name: leadName, units, samplesPerFrame, storage: storage ?? null };
    }),
    ...(patient ? { comments: header.comments } : {}),
    diagnostics,
  };
}

function infoText(info: ReturnType<typeof describe>): string {
  const { record, fs, length, seconds, baseTime, baseDate, segments, leads, comments } = info;
  const lines = [`${record}: ${clock(seconds)}, ${length} samples at ${fs} Hz, ${leads.length} leads`];
  if (baseTime !== null || baseDate !== null) lines.push(`begins: ${[baseDate, baseTime].filter(Boolean).join(' ')}`);
  if (segments !== null) lines.push(`segments: ${segments.length}`);
  const rows = leads.map(({ name, units, samplesPerFrame, storage }) => [
    ...[name, units, String(fs * samplesPerFrame)],
    ...(storage
      ? [
          storage.calibrated ? String(storage.gain) : `${storage.gain} (assumed)`,
          ...[storage.baseline, storage.adcResolution, storage.adcZero, storage.format].map(String),
          storage.file,
        ]
      : ['', '', '', '', '', '']),
  ]);
  const titles = ['lead', 'unit', 'Hz', 'ADC units a unit', 'baseline', 'bits', 'ADC zero', 'format', 'file'];
  if (rows.length > 0) lines.push(textTable(titles, rows).trimEnd());
  for (const comment of comments ?? []) lines.push(`# ${comment}`);
  return printable(`${lines.join('\n')}\n`);
}

/** 0:30:05.556 */
function clock(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const part = (value: number, width: number) => String(value).padStart(width, '0');
  const [hours, minutes] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60];
  return `${hours}:${part(minutes, 2)}:${part(Math.floor(ms / 1000) % 60, 2)}.${part(ms % 1000, 3)}`;
}
