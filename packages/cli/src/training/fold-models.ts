import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EcgError, type RecordSource } from '@ecgpu/ecg-dsp';
import type { Device } from '@ecgpu/engine';
import type { ModelKind, RecordList } from '@ecgpu/model';
import { dataHash, type LoadedModel, loadModel } from '@ecgpu/model/node';
import { type GivenNoise, noiseFlag } from '../options/training-noise.js';
import type { Console } from '../output/console.js';
import { finishedModel } from './finished-model.js';
import type { Imbalance } from './imbalance.js';
import { hasRelativeStage, networkFlags } from './job.js';
import type { NetworksLeft } from './networks-left.js';
import { trainers } from './trainers.js';

/** A recipe that is repeated on other records. */
export interface FoldRecipe {
  readonly kind: ModelKind;
  readonly seed: number;
  readonly epochs: number;
  /** Default 1. */
  readonly leads?: 1 | 2;
  /** Default 1. */
  readonly members?: number;
  /** Default 2. */
  readonly stages?: 1 | 2;
  /** Default false. */
  readonly foundPeaks?: boolean;
  readonly imbalance?: Imbalance;
  readonly noise?: GivenNoise;
}

export interface FoldTraining {
  readonly source: RecordSource;
  /** Folder of the folds' runs. */
  readonly work: string;
  readonly console: Console;
  readonly device: () => Promise<Device>;
  /** Told of each network. */
  readonly networks: NetworksLeft;
}

/**
 * The model of a recipe on the records of `rest`: from the fold's folder where an earlier run has trained it there,
 * gone on with where one was interrupted, trained otherwise.
 *
 * @throws EcgError `RUN_DIFFERS` where the folder holds a model of something else.
 */
export async function foldModel(
  { kind, seed, epochs, leads = 1, members = 1, stages = 2, foundPeaks = false, imbalance, noise }: FoldRecipe,
  rest: RecordList,
  fold: RecordList,
  { source, work, console, device, networks }: FoldTraining,
): Promise<LoadedModel> {
  const flags = `${networkFlags({ leads, members, stages, foundPeaks })}${imbalance?.flags ?? ''}${noiseFlag(noise)}`;
  const out = join(work, `${kind}-${fold.name}`);
  const hash = await dataHash(source, rest.records);
  const finished = await finishedModel(out, console);
  if (finished) {
    const { provenance, name } = finished;
    const same =
      finished.kind === kind &&
      (finished.kind === 'beat' || (finished.relative !== undefined) === hasRelativeStage({ leads, stages })) &&
      provenance.dataHash === hash &&
      provenance.noise?.dataHash === noise?.dataHash &&
      provenance.seed === seed &&
      provenance.command.endsWith(`--epochs ${epochs}${flags}`);
    if (same) {
      networks.found(members);
      return finished;
    }
    throw new EcgError('RUN_DIFFERS', `${name} was trained otherwise: ${provenance.command}`, {
      where: name,
      fix: 'Choose another folder for the folds.',
    });
  }
  console.err(`${fold.name}: training a model without its ${fold.records.length} records\n`);
  const resume = existsSync(join(out, 'config.json'));
  const job = {
    source,
    split: rest.name,
    database: rest.database,
    records: rest.records,
    dataHash: hash,
    out,
    seed,
    epochs,
    resume,
    console,
  };
  const more = {
    leads,
    members,
    stages,
    foundPeaks,
    encoder: undefined,
    ...(imbalance ? { imbalance } : {}),
    ...(noise ? { noise } : {}),
  };
  const onNetwork = (epochs: number) => (epochs > 0 ? networks.add() : networks.found(1));
  const { model } = await trainers[kind]({ ...job, ...more, device, onNetwork });
  return loadModel(model);
}
