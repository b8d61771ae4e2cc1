import { readFile } from 'node:fs/promises';
import { EcgError } from '@ecgpu/ecg-dsp';
import {
  BALANCED_DRAWS,
  CLASS_BALANCED_DRAWS,
  type ClassLoss,
  type ClassWeighting,
  CROSS_ENTROPY,
  type EpochDraws,
  EVERY_BEAT,
  INVERSE_FREQUENCY,
  SQUARE_ROOT,
} from '@ecgpu/model';
import { Command, InvalidArgumentError, Option } from 'commander';

const samplings = {
  'record-balanced': BALANCED_DRAWS,
  'class-balanced': CLASS_BALANCED_DRAWS,
  'every-beat': EVERY_BEAT,
} as const satisfies Record<string, EpochDraws>;

type Sampling = keyof typeof samplings;

/** What to do about classes of different size, as a user says it: by flags, or in a file. */
export interface ImbalanceOptions {
  readonly weights?: ClassWeighting;
  readonly sampling?: Sampling;
  readonly focal?: number;
  readonly logitAdjustment?: number;
  readonly config?: string;
}

/** The same as parts of a training's configuration; only what was said. */
export interface Imbalance {
  readonly draws?: EpochDraws;
  readonly weighting?: ClassWeighting;
  readonly loss?: ClassLoss;
  /** As flags, for the command that a model file keeps. */
  readonly flags: string;
}

export function addImbalanceOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--weights <how>',
        'of classes in the loss: none, inverse (frequency), sqrt (of it), effective[:β] (number of beats, Cui 2019) (default: sqrt)',
      ).argParser((text) => {
        const weighting = weightingOf(text);
        if (weighting === undefined)
          throw new InvalidArgumentError('none, inverse, sqrt, effective or effective:0.999.');
        return weighting;
      }),
    )
    .addOption(
      new Option(
        '--sampling <how>',
        "of a beat network's epoch: record-balanced, few beats of many records rather than many of few; class-balanced, as many " +
          'of each class; every-beat, as they are (default: record-balanced)',
      ).choices(Object.keys(samplings)),
    )
    .option('--focal <gamma>', 'focal loss (Lin 2017); 0 is cross-entropy (default: 0)', amount)
    .option('--logit-adjustment <tau>', 'logit adjustment in the loss (Menon 2021); 0 is none (default: 0)', amount)
    .option('--config <file>', 'JSON with any of weights, sampling, focal, logitAdjustment; flags go first');
}

/**
 * Reads the options, from the file first.
 *
 * @throws EcgError `CONFIG_INVALID` for a file that is none, or has other fields or values than the flags.
 */
export async function imbalanceOf(options: ImbalanceOptions): Promise<Imbalance> {
  const file = options.config === undefined ? {} : await readConfig(options.config);
  const { weights, sampling, focal, logitAdjustment }: ImbalanceOptions = { ...file, ...options };
  const loss = { ...CROSS_ENTROPY, focal: focal ?? 0, logitAdjustment: logitAdjustment ?? 0 };
  const said = [
    weights === undefined ? '' : ` --weights ${weightingName(weights)}`,
    sampling === undefined ? '' : ` --sampling ${sampling}`,
    focal === undefined ? '' : ` --focal ${focal}`,
    logitAdjustment === undefined ? '' : ` --logit-adjustment ${logitAdjustment}`,
  ];
  return {
    ...(sampling === undefined ? {} : { draws: samplings[sampling] }),
    ...(weights === undefined ? {} : { weighting: weights }),
    ...(focal === undefined && logitAdjustment === undefined ? {} : { loss }),
    flags: said.join(''),
  };
}

/**
 * The same from the flags that a model file keeps in its command.
 *
 * @throws CommanderError where they are none.
 */
export async function imbalanceOfFlags(flags: string): Promise<Imbalance> {
  const command = addImbalanceOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return imbalanceOf(command.parse(flags.split(' ').filter(Boolean), { from: 'user' }).opts<ImbalanceOptions>());
}

const NONE: ClassWeighting = { method: 'power', exponent: 0 };
const EFFECTIVE = 0.999;
/** Far beyond what is of use (γ goes up to 5 in Lin 2017): with γ of 1,000 every loss is 0 in f32, and nothing is learned. */
const MOST = 100;

function weightingOf(text: unknown): ClassWeighting | undefined {
  if (text === 'none') return NONE;
  if (text === 'inverse') return INVERSE_FREQUENCY;
  if (text === 'sqrt') return SQUARE_ROOT;
  const beta = typeof text === 'string' ? /^effective(?::(0(?:\.\d+)?))?$/.exec(text) : null;
  const value = beta?.[1] === undefined ? EFFECTIVE : Number(beta[1]);
  // Digits enough make it 1, of which there is no effective number.
  return beta && value < 1 ? { method: 'effective-number', beta: value } : undefined;
}

function weightingName(weighting: ClassWeighting): string {
  if (weighting.method === 'effective-number') return `effective:${weighting.beta}`;
  if (weighting.exponent === 0) return 'none';
  return weighting.exponent === 1 ? 'inverse' : 'sqrt';
}

function amount(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !isAmount(value)) throw new InvalidArgumentError(`a number from 0 to ${MOST} is needed.`);
  return value;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MOST;
}

async function readConfig(file: string): Promise<Omit<ImbalanceOptions, 'config'>> {
  const invalid = (what: string, cause?: unknown) =>
    new EcgError('CONFIG_INVALID', `${file}: ${what}`, {
      where: file,
      fix: 'Write a JSON object with any of "weights": "sqrt", "sampling": "record-balanced", "focal": 0, "logitAdjustment": 0.',
      ...(cause === undefined ? {} : { cause }),
    });
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw invalid(cause instanceof SyntaxError ? 'it is not JSON.' : 'it cannot be read.', cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('it is no JSON object.');
  const fields = new Map<string, unknown>(Object.entries(value));
  const taken: Record<string, unknown> = {};
  const take = (name: string, read: (found: unknown) => unknown) => {
    if (!fields.has(name)) return;
    const found = read(fields.get(name));
    if (found === undefined) throw invalid(`${name} cannot be ${JSON.stringify(fields.get(name))}.`);
    taken[name] = found;
    fields.delete(name);
  };
  const amount = (found: unknown) => (isAmount(found) ? found : undefined);
  take('weights', weightingOf);
  take('sampling', (found) => (typeof found === 'string' && Object.hasOwn(samplings, found) ? found : undefined));
  take('focal', amount);
  take('logitAdjustment', amount);
  if (fields.size > 0) throw invalid(`there is no option ${[...fields.keys()].join(', ')}.`);
  return taken;
}
