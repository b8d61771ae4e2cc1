import { count, list, notNegative, number, object, oneOf, positive, type Reader, text } from '../json/readers.js';
import { MOST_FILTERS } from '../model-file/read-contract.js';
import type { SignalConditioning } from '../preprocess/clean-signal.js';
import type { FilterStage } from '../preprocess/contract.js';
import { type RhythmClass, rhythmClasses } from './classes.js';

export const RHYTHM_CONTRACT_SCHEMA = 'ecgpu-rhythm-contract-1';

/** What a rhythm model expects of a recording; travels inside of the model file. */
export interface RhythmContract extends SignalConditioning {
  readonly schema: typeof RHYTHM_CONTRACT_SCHEMA;
  readonly units: 'mV';
  /** Leads in the order of the network's channels; a recording must have all of them. */
  readonly leads: readonly string[];
  readonly quality: {
    /** mV: a sample beyond ± this is no voltage of a body and counts as missing. */
    readonly maximumVoltage: number;
    /** Largest share of a lead that may be missing. */
    readonly maximumMissing: number;
  };
  /** mV: filtered samples are clipped to ± this. They are not scaled: ST deviations are read in millivolts. */
  readonly clip: number;
  /**
   * Lengths that the network is made for, in samples at `fs`, ascending, multiples of 8. A recording is padded to the
   * first that holds it; one longer than the last is seen in stretches of that length, half overlapping, whose log-odds
   * are averaged.
   */
  readonly lengths: readonly number[];
  readonly classes: readonly RhythmClass[];
}

/** Twelve leads of a whole recording. The high-pass is low, because ST deviations are slow. */
export const RHYTHM_CONTRACT: RhythmContract = {
  schema: RHYTHM_CONTRACT_SCHEMA,
  units: 'mV',
  leads: ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'],
  inputRate: { minimum: 100, maximum: 10_000 },
  filters: [
    { type: 'highpass', order: 1, cutoff: 0.3 },
    { type: 'lowpass', order: 4, cutoff: 40 },
  ],
  bridgedGap: 0.1,
  fs: 125,
  quality: { maximumVoltage: 1e3, maximumMissing: 0.25 },
  clip: 5,
  lengths: [1024, 2048, 4096, 8192],
  classes: rhythmClasses,
};

const share = number('a number from 0 to 1', (x) => x >= 0 && x <= 1);
const length = number('a multiple of 8 up to 65536', (x) => x > 0 && x % 8 === 0 && x <= 65_536);

const reader: Reader<RhythmContract> = object<RhythmContract>({
  schema: oneOf([RHYTHM_CONTRACT_SCHEMA]),
  units: oneOf(['mV']),
  leads: list(text),
  inputRate: object({ minimum: positive, maximum: positive }),
  filters: list(
    object<FilterStage>({ type: oneOf(['highpass', 'lowpass']), order: count, cutoff: positive }),
    0,
    MOST_FILTERS,
  ),
  bridgedGap: notNegative,
  fs: positive,
  quality: object({ maximumVoltage: positive, maximumMissing: share }),
  clip: positive,
  lengths: list(length),
  classes: list(oneOf(rhythmClasses)),
});

/**
 * A rhythm model's contract, checked in every field.
 *
 * @throws EcgError `CONTRACT_INVALID`, naming the field.
 */
export function readRhythmContract(source: unknown): RhythmContract {
  const contract = reader(source, 'contract');
  const { lengths, filters, inputRate } = contract;
  for (const [at, each] of lengths.entries()) {
    number('more than the one before', (x) => at === 0 || x > lengths[at - 1]!)(each, `contract.lengths[${at}]`);
  }
  for (const [at, { cutoff, order }] of filters.entries()) {
    number(`Hz below ${inputRate.minimum / 2}`, (x) => x < inputRate.minimum / 2)(
      cutoff,
      `contract.filters[${at}].cutoff`,
    );
    number('20 at most', (x) => x <= 20)(order, `contract.filters[${at}].order`);
  }
  return contract;
}
