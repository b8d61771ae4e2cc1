import type { Device } from '@ecgpu/engine';
import { loadBeatSet, outOfFold, type RecordList, type ScoredBeats } from '@ecgpu/model';
import type { ProgressLine } from '../progress.js';
import { type FoldRecipe, type FoldTraining, foldModel } from './fold-models.js';
import { NetworksLeft } from './networks-left.js';

/**
 * Every beat of a list as the recipe's model calls it that was trained without the beat's fold. What an earlier run has left in
 * the folder is used or gone on with.
 *
 * @param plain without its relative stage, as for one lead, short records and streams.
 * @throws EcgError of outOfFold and foldModel
 */
export function foldScores(
  recipe: FoldRecipe,
  list: RecordList,
  folds: readonly RecordList[],
  training: Omit<FoldTraining, 'networks' | 'device'> & { readonly device: Device },
  { plain = false }: { readonly plain?: boolean } = {},
): Promise<ScoredBeats> {
  const { source, console, device } = training;
  const networks = new NetworksLeft(folds.length * (recipe.members ?? 1), console);
  const lines = new Map<RecordList, ProgressLine>();
  return outOfFold(device, list, folds, {
    train: async (rest, fold) => {
      const model = await foldModel(recipe, rest, fold, { ...training, networks, device: async () => device });
      if (!plain || model.kind === 'beat') return model;
      const { relative: _, ...without } = model;
      return without;
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
