import { beatLabels, EcgError, mappingNames } from '@ecgpu/ecg-dsp';
import {
  count,
  invalid,
  list,
  notNegative,
  number,
  object,
  oneOf,
  optional,
  positive,
  type Reader,
  text,
} from '../json/readers.js';
import { type Channel, CONTRACT_SCHEMA, type FilterStage, type InputContract } from '../preprocess/contract.js';
import { isRhythmFeature, type RhythmFeature } from '../preprocess/rhythm-features.js';

/**
 * A contract from JSON text, or from what was parsed from it, checked in every field. Fields it does not know are refused
 * too: they would change the input in a way that this version cannot follow.
 *
 * @throws EcgError `CONTRACT_INVALID`, naming the field, what it holds and what it should.
 */
export function readContract(source: unknown): InputContract {
  const contract = contractReader(typeof source === 'string' ? parse(source) : source, 'contract');
  const { fs, filters, inputRate, quality, classes, rhythm, channels, leads } = contract;
  const nyquist = inputRate.minimum / 2;
  filters.forEach(({ cutoff }, index) => {
    if (cutoff >= nyquist) throw invalid(`contract.filters[${index}].cutoff`, cutoff, `Hz below ${nyquist}`);
  });
  if (inputRate.maximum < inputRate.minimum)
    throw invalid('contract.inputRate.maximum', inputRate.maximum, `at least ${inputRate.minimum}`);
  if (rhythm.interval.maximum <= rhythm.interval.minimum)
    throw invalid('contract.rhythm.interval.maximum', rhythm.interval.maximum, 'more than the minimum');
  if (quality.maximumMissing > 1) throw invalid('contract.quality.maximumMissing', quality.maximumMissing, 'at most 1');
  const lists = { classes, channels, 'rhythm.features': rhythm.features, 'leads.preferred': leads.preferred };
  for (const [name, list] of Object.entries<readonly string[]>(lists)) {
    if (new Set(list).size !== list.length) throw invalid(`contract.${name}`, list, 'each name once');
  }
  if (fs > inputRate.maximum) throw invalid('contract.fs', fs, `at most ${inputRate.maximum} Hz`);
  return contract;
}

const order: Reader<number> = number('a whole number from 1 to 20', (x) => Number.isInteger(x) && x >= 1 && x <= 20);
/** More than any window needs, and a bound on what a hostile file can make us allocate for each beat. */
const LONGEST = 10_000;
/** A record is filtered forward and backward by each: of a thousand it would take hours. */
export const MOST_FILTERS = 10;
const extent: Reader<number> = number(
  `a whole number from 0 to ${LONGEST}`,
  (x) => Number.isInteger(x) && x >= 0 && x <= LONGEST,
);

const length: Reader<number> = number(
  `a whole number from 1 to ${LONGEST}`,
  (x) => Number.isInteger(x) && x >= 1 && x <= LONGEST,
);

const contractReader: Reader<InputContract> = object<InputContract>({
  schema: oneOf([CONTRACT_SCHEMA]),
  units: oneOf(['mV']),
  leads: object<InputContract['leads']>({
    preferred: list(text),
    otherwise: oneOf(['first', 'refuse']),
    second: optional(oneOf(['any'])),
  }),
  inputRate: object({ minimum: positive, maximum: positive }),
  filters: list(
    object<FilterStage>({ type: oneOf(['highpass', 'lowpass']), order, cutoff: positive }),
    0,
    MOST_FILTERS,
  ),
  bridgedGap: notNegative,
  fs: positive,
  window: object({ before: extent, after: length }),
  channels: list(oneOf<Channel>(['beat', 'beat-template'])),
  scale: object({ reach: extent, edge: extent, minimum: positive }),
  template: object({ minimumInterval: notNegative, fewest: count, most: count }),
  rhythm: object({
    features: list(rhythmFeature, 0),
    interval: object({ minimum: positive, maximum: positive }),
    local: object({ before: extent, after: extent }),
    clip: positive,
  }),
  quality: object({ maximumMissing: notNegative, minimumRange: notNegative, maximumVoltage: positive }),
  classes: list(oneOf(beatLabels)),
  mapping: oneOf(mappingNames),
});

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new EcgError('CONTRACT_INVALID', 'The contract is not JSON.', {
      where: 'contract',
      fix: 'Use a model file as it was saved.',
      cause,
    });
  }
}

function rhythmFeature(value: unknown, path: string): RhythmFeature {
  if (isRhythmFeature(value)) return value;
  throw invalid(path, value, 'the name of a rhythm feature that this version knows');
}
