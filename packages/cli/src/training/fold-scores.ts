import type { Device } from '@ecgpu/engine';
import { loadBeatSet, outOfFold, type RecordList, type ScoredBeats, type SelfTraining } from '@ecgpu/model';
import type { ProgressLine } from '../output/progress.js';
import { type FoldRecipe, type FoldTraining, foldModel } from './fold-models.js';
import { NetworksLeft } from './networks-left.js';

/** How the folds' models call, where that is another way than they were made for. */
export interface FoldCalls {
  /** Without the relative stage, as for one lead, short records and streams. */
  readonly plain?: boolean;
  /** Null: without self-training. */
  readonly selfTraining?: SelfTraining | null;
}

/**
 * Every beat of a list as the recipe's model calls it that was trained without the beat's fold. What an earlier run has left in
 * the folder is used or gone on with.
 *
 * @throws EcgError of outOfFold and foldModel
 */
export function foldScores(
  recipe: FoldRecipe,
  list: RecordList,
  folds: readonly RecordList[],
  training: Omit<FoldTraining, 'networks' | 'device'> & { readonly device: Device },
  { plain = false, selfTraining }: FoldCalls = {},
): Promise<ScoredBeats> {
  const { source, console, device } = training;
  const networks = new NetworksLeft(folds.length * (recipe.members ?? 1), console);
  const lines = new Map<RecordList, ProgressLine>();
  return outOfFold(device, list, folds, {
    train: async (rest, fold) => {
      const model = await foldModel(recipe, rest, fold, { ...training, networks, device: async () => device });
      if (model.kind === 'beat') return model;
      const { relative, selfTraining: trained, ...stages } = model;
      if (plain || relative === undefined) return stages;
      const own = selfTraining === undefined ? trained : selfTraining;
      return { ...stages, relative, ...(own ? { selfTraining: own } : {}) };
    },
    beats: (records, contract) => loadBeatSet(source, records, contract),
    onProgress: (fold, done, total) => {
      const line = lines.get(fold) ?? console.progress(`beats of ${fold.name} scored`);
      lines.set(fold, line);
      line.update(done, total);
      if (done === total) line.end(`${total} beats`);
    },
  });
}
