import { DiagnosticLog } from '../diagnostic-log.js';
import { type Diagnostic, EcgError } from '../errors.js';
import { millivoltsPer } from '../physical-units.js';
import { type OpenOptions, openRecord, type WfdbRecord } from './open.js';
import { readAnnotations } from './read.js';
import type { RecordSource } from './source.js';

export interface CheckOptions extends Pick<OpenOptions, 'limits' | 'flac'> {
  /** Annotation files to check; one that is not there is reported. Default `atr`, where there is one. */
  readonly annotators?: readonly string[];
}

/** Median peak-to-peak of one-second stretches, in mV, outside which an ECG's unit is doubted. */
const SMALLEST_SWING = 0.05;
const LARGEST_SWING = 20;

/**
 * What is wrong with a record, or odd about it, with places: its headers, every sample, and its annotations.
 * What would stop a reader is among the findings as an `error`; only a fault of the program is thrown.
 */
export async function checkRecord(
  source: RecordSource,
  name: string,
  options: CheckOptions = {},
): Promise<Diagnostic[]> {
  const log = new DiagnosticLog();
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof EcgError)) throw error;
      log.include([asDiagnostic(error)]);
    }
  };
  let length: number | undefined;
  await attempt(async () => {
    const record = await openRecord(source, name, options);
    length = record.length;
    for (const lead of record.leads.keys()) await attempt(() => checkLead(record, lead, log));
    log.include(record.diagnostics);
  });
  for (const annotator of options.annotators ?? ['atr']) {
    await attempt(async () => {
      try {
        const { diagnostics } = await readAnnotations(source, name, annotator, {
          ...(options.limits ? { limits: options.limits } : {}),
          ...(length === undefined ? {} : { recordLength: length }),
        });
        log.include(diagnostics);
      } catch (error) {
        const optional = options.annotators === undefined && error instanceof EcgError;
        if (!(optional && error.code === 'FILE_NOT_FOUND')) throw error;
      }
    });
  }
  return log.list();
}

function asDiagnostic({ code, message, where, byteOffset, line }: EcgError): Diagnostic {
  return {
    code,
    severity: 'error',
    message,
    ...(where === undefined ? {} : { where }),
    ...(byteOffset === undefined ? {} : { byteOffset }),
    ...(line === undefined ? {} : { line }),
  };
}

async function checkLead(record: WfdbRecord, lead: number, log: DiagnosticLog): Promise<void> {
  const { leads } = await record.read({ leads: [lead], units: 'digital' });
  const { name, samples } = leads[0]!;
  const at = { where: `${record.name}, lead ${name}` };
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of samples) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  if (samples.length === 0) return;
  if (lowest > highest) {
    log.warn('SIG_ALL_INVALID', 'Every sample is missing', at);
    return;
  }
  if (lowest === highest) log.warn('SIG_FLATLINE', `Every sample is ${lowest}`, at);
  const spec = record.header.signals[lead];
  if (spec === undefined) return;
  const isPlain = spec.samplesPerFrame === 1 && spec.skew === 0 && spec.format !== 8;
  const first = samples[0]!;
  if (isPlain && !Number.isNaN(first) && first !== spec.initialValue) {
    log.warn('SIG_INITVAL', `The first sample is ${first}, the header says ${spec.initialValue}`, at);
  }
  const half = 2 ** (spec.adcResolution - 1);
  if (lowest < spec.adcZero - half || highest > spec.adcZero + half) {
    const range = `${spec.adcZero - half} to ${spec.adcZero + half}`;
    log.warn('SIG_OUT_OF_ADC_RANGE', `Samples from ${lowest} to ${highest} are outside of the ADC's ${range}`, at);
  }
  const millivolts = millivoltsPer(spec.units);
  if (millivolts === undefined || !spec.calibrated || lowest === highest) return;
  const swing = (medianSwing(samples, Math.max(1, Math.round(record.fs))) / Math.abs(spec.gain)) * millivolts;
  if (swing < SMALLEST_SWING || swing > LARGEST_SWING) {
    const message = `The signal swings by ${swing.toPrecision(3)} mV a second: unit or gain may be off by 1000`;
    log.warn('SIG_UNIT_SUSPECT', message, at);
  }
}

/** Median of the peak-to-peak values of stretches that have samples. */
function medianSwing(samples: Float64Array, stretch: number): number {
  const swings: number[] = [];
  for (let from = 0; from < samples.length; from += stretch) {
    let lowest = Number.POSITIVE_INFINITY;
    let highest = Number.NEGATIVE_INFINITY;
    for (let i = from; i < Math.min(from + stretch, samples.length); i++) {
      if (samples[i]! < lowest) lowest = samples[i]!;
      if (samples[i]! > highest) highest = samples[i]!;
    }
    if (highest >= lowest) swings.push(highest - lowest);
  }
  swings.sort((a, b) => a - b);
  return swings[swings.length >> 1]!;
}
