import manifest from '../package.json' with { type: 'json' };

/** Of this program: what `--version` says, and what made a model. */
export const VERSION: string = manifest.version;
