import { modelError } from './metadata.js';

/** How a model came to be, so that somebody else can make it again. */
export interface Provenance {
  /** The command line that trained it. */
  readonly command: string;
  readonly seed: number;
  /** What computed: kind and description of the device. */
  readonly device: string;
  /** Names of the records it learned from; `clinic/101` of another database than the others'. */
  readonly records: readonly string[];
  /** Database that they are of, where they do not say; absent: mitdb. */
  readonly database?: string;
  /** SHA-256 over the training records' files, in the order of `records`. */
  readonly dataHash?: string;
  /** Recorded noise that it learned from, where it did. */
  readonly noise?: LearnedNoise;
  /** SHA-256 of the model file it was fine-tuned from, or whose encoder it has. */
  readonly parent?: string;
  readonly version: string;
}

/** Which part of which noise records a model learned from. */
export interface LearnedNoise {
  readonly records: readonly string[];
  /** The share of each, from its start. */
  readonly learnedShare: number;
  /** SHA-256 over the records' files, in their order. */
  readonly dataHash: string;
}

/** Checked because evaluation relies on it: a model that hides its training records would be scored on them. */
export function readProvenance(value: object, where: string): Provenance {
  const { command, seed, device, records, version, noise } = value as Partial<Provenance>;
  const { database = '', dataHash = '', parent = '' } = value as Partial<Provenance>;
  const texts = [
    command,
    device,
    version,
    database,
    dataHash,
    parent,
    ...(Array.isArray(records) ? records : [undefined]),
  ];
  if (noise !== undefined && !isLearnedNoise(noise ?? {}))
    throw modelError(where, 'does not say which noise it learned from');
  if (typeof seed === 'number' && texts.every((text) => typeof text === 'string')) return value as Provenance;
  throw modelError(where, 'does not say how it was made: command, seed, device, records and version are needed');
}

function isLearnedNoise({ records, learnedShare, dataHash }: Partial<LearnedNoise>): boolean {
  const texts = Array.isArray(records) ? [...records, dataHash] : [undefined];
  return (
    texts.every((text) => typeof text === 'string') &&
    typeof learnedShare === 'number' &&
    learnedShare > 0 &&
    learnedShare < 1
  );
}
