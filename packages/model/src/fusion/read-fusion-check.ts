import { metadataObject, modelError } from '../model-file/metadata.js';
import type { InputContract } from '../preprocess/contract.js';
import { FUSION_CHECK, type FusionCheck, lackingForFusion } from './fusion-check.js';

/** Beats: more than a record has. */
const MOST_BEATS = 1e6;

/** What each number of a check may be. */
const sound: { readonly [K in keyof FusionCheck]: (value: number) => boolean } = {
  fewestBeats: isCount,
  confidence: isShare,
  fewestNormal: isCount,
  fewestVentricular: isCount,
  mostNormal: isShare,
  mostResidual: isShare,
  spread: (value) => value >= 0 && Number.isFinite(value),
  onTime: isShare,
};

/** The check that a model file asks for, if any. Throws FORMAT. */
export function readFusionCheck(
  metadata: Readonly<Record<string, string>>,
  contract: InputContract,
  where: string,
): FusionCheck | undefined {
  if (metadata['fusion'] === undefined) return undefined;
  const found = metadataObject(where, metadata, 'fusion') as Partial<Record<string, unknown>>;
  const names = Object.keys(FUSION_CHECK) as (keyof FusionCheck)[];
  const followed = names.every((name) => {
    const value = found[name];
    return typeof value === 'number' && sound[name](value);
  });
  if (!followed || Object.keys(found).length !== names.length)
    throw modelError(
      where,
      `has a check of fusion beats that cannot be followed: ${JSON.stringify(found).slice(0, 240)}`,
    );
  const lacking = lackingForFusion(contract);
  if (lacking !== undefined)
    throw modelError(where, `has a check of fusion beats, and its contract has not ${lacking}`);
  return found as unknown as FusionCheck;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= MOST_BEATS;
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}
