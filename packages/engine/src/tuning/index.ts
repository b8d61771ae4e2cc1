export {
  joinManifests,
  readManifest,
  type TimeSpread,
  type TunedPlace,
  type TuningManifest,
  type VariantChoice,
  type VariantTiming,
} from './manifest.js';
export { type TuneOptions, tuneDevice } from './tune.js';
