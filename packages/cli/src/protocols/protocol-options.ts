import { refuseUnused } from '../options/unused-options.js';

/** Options of `ecgpu evaluate` that not every protocol can do something with. */
export interface ProtocolOptions {
  readonly mapping?: unknown;
  readonly leads?: unknown;
  readonly selfTraining?: unknown;
  readonly fusionCheck?: unknown;
  readonly allowSharedPatients?: unknown;
  readonly riskCoverage?: unknown;
  readonly causal?: unknown;
  readonly out?: unknown;
  readonly folds?: unknown;
  readonly epochs?: unknown;
}

type Name = keyof ProtocolOptions;

/** A protocol that trains says itself what it learns from, by which mapping and of how many leads. */
const taken = {
  'inter-patient': ['mapping', 'leads', 'selfTraining', 'fusionCheck', 'allowSharedPatients', 'riskCoverage', 'causal'],
  'end-to-end': ['mapping', 'leads', 'selfTraining', 'fusionCheck', 'allowSharedPatients', 'causal'],
  'patient-specific': ['mapping', 'leads', 'allowSharedPatients'],
  'intra-patient': ['out', 'folds', 'epochs'],
  'subject-specific': ['out', 'epochs'],
} as const satisfies Record<string, readonly Name[]>;

const all: readonly Name[] = [...new Set(Object.values(taken).flat())];

/** @throws UsageError for an option that the protocol would take and leave aside */
export function requireProtocolOptions(protocol: keyof typeof taken, options: ProtocolOptions): void {
  const own: readonly Name[] = taken[protocol];
  for (const name of all.filter((each) => !own.includes(each))) {
    const others = Object.entries<readonly Name[]>(taken).flatMap(([other, names]) =>
      names.includes(name) ? [other] : [],
    );
    refuseUnused(options, [name], `is for ${others.join(', ')}; ${protocol} has no use for it`);
  }
}
