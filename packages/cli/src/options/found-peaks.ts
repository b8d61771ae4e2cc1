import { Option } from 'commander';

/** `--found-peaks`: what is learned from beside the annotated R peaks. */
export function foundPeaksOption(): Option {
  return new Option(
    '--found-peaks',
    'learn from each record a second time, at the R peaks that are found in it: found beats have the class of the annotated one within 150 ms, those without one are not learned',
  );
}
