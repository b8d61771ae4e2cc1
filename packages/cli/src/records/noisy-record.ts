import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type EcgRecord, type Lead, readRecord, resampleTo } from '@ecgpu/ecg-dsp';
import { openRecordPath } from '@ecgpu/ecg-dsp/node';
import { addNoise, type NoiseSchedule, noiseAmplitude, noiseGain, qrsAmplitude } from '@ecgpu/ecg-dsp/noise';
import type { Console } from '../output/console.js';
import { warnOf } from '../output/diagnostics.js';
import { UsageError } from '../usage-error.js';

export interface NoiseRecord {
  readonly name: string;
  readonly leads: readonly Lead[];
}

/** How the noise of one lead was scaled. */
export interface NoiseFigures {
  readonly lead: string;
  readonly noiseLead: string;
  readonly qrsAmplitude: number;
  readonly noiseAmplitude: number;
  readonly gain: number;
}

/** A noise record by its path; a bare name (em, ma, bw) is looked for in a folder and in `nstdb` beside it. */
export function findNoise(noise: string, folder: string): string {
  if (basename(noise) !== noise) return noise;
  const places = [join(folder, noise), join(folder, '..', 'nstdb', noise), noise];
  return places.find((place) => existsSync(`${place.replace(/\.hea$/i, '')}.hea`)) ?? noise;
}

/**
 * A noise record at a sampling rate.
 * @param from the share of it, from its start, that is left out.
 */
export async function readNoise(path: string, fs: number, console: Console, from = 0): Promise<NoiseRecord> {
  const { source, name } = openRecordPath(path);
  const whole = await readRecord(source, name);
  const first = Math.floor(from * whole.length);
  const leads = whole.leads.map((lead) => ({ ...lead, samples: lead.samples.subarray(first) }));
  const noise = { ...whole, leads };
  warnOf(noise.diagnostics, noise.name, console);
  if (noise.leads.length === 0) throw new UsageError(`${path} has no signals`, 'Name a record of noise: nstdb/em.');
  if (noise.fs === fs) return noise;
  const resampled = leads.map((lead) => ({ ...lead, samples: resampleTo(lead.samples, noise.fs, fs) }));
  return { name: noise.name, leads: resampled };
}

/**
 * A record with noise in all leads at a signal-to-noise ratio, as nst(1) defines it.
 * @param beats sample indices of the QRS complexes by which the leads are measured
 */
export function withNoise(
  record: EcgRecord,
  noise: NoiseRecord,
  beats: ArrayLike<number>,
  snr: number,
  schedule: NoiseSchedule = {},
): { readonly noisy: EcgRecord; readonly figures: readonly NoiseFigures[] } {
  const measured = record.leads.map((lead, index) => {
    const noiseLead = noise.leads[index % noise.leads.length]!;
    const qrs = qrsAmplitude(lead.samples, record.fs, beats);
    const strength = noiseAmplitude(noiseLead.samples, record.fs);
    const gain = noiseGain(qrs, strength, snr);
    const samples = addNoise(lead.samples, noiseLead.samples, record.fs, gain, schedule);
    const figures = { lead: lead.name, noiseLead: noiseLead.name, qrsAmplitude: qrs, noiseAmplitude: strength, gain };
    return { lead: { ...lead, samples }, figures };
  });
  return {
    noisy: { ...record, leads: measured.map(({ lead }) => lead) },
    figures: measured.map(({ figures }) => figures),
  };
}

/** A signal-to-noise ratio on the command line, in dB. Undefined for what is none. */
export function decibelsOf(text: string): number | undefined {
  const value = Number(text);
  return text.trim() === '' || !(Math.abs(value) <= 100) ? undefined : value;
}
