import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EcgError } from '@ecgpu/ecg-dsp';
import { writeFileAtomic } from '@ecgpu/ecg-dsp/node';
import { EngineError } from '@ecgpu/engine';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../training/checkpoint.js';
import { type CurvePoint, trainingCurves } from './training-curves.js';

/** What a run was started with; a resumed run must be the same. */
export interface RunConfig {
  /** Everything else that decides what it gives. */
  readonly config: object;
  readonly split: string;
  readonly records: readonly string[];
  readonly dataHash: string;
}

const CONFIG = 'config.json';
const METRICS = 'metrics.jsonl';
const CURVES = 'curves.svg';
const BEST = 'best.safetensors';
const CHECKPOINT = /^checkpoint-(\d+)\.safetensors$/;
/** What an interrupted process leaves of a file that it was writing: writeFileAtomic gives it its name when it is whole. */
const UNFINISHED = /^\..+\.[\da-f]{12}\.part$/;
/** The last one, and the one before it in case the last is damaged. */
const KEPT = 2;

/** The folder of one training: its configuration, a line of metrics an epoch and their picture, its last checkpoints and its model. */
export class TrainingRun {
  readonly folder: string;
  readonly #config: string;

  private constructor(folder: string, config: RunConfig) {
    this.folder = folder;
    this.#config = JSON.stringify(config);
  }

  /** Throws RUN_EXISTS where another run lies there. */
  static async start(folder: string, config: RunConfig): Promise<TrainingRun> {
    const run = new TrainingRun(folder, config);
    try {
      await writeFileAtomic(join(folder, CONFIG), `${JSON.stringify(config, null, 2)}\n`);
    } catch (error) {
      if (!(error instanceof EcgError && error.code === 'FILE_EXISTS')) throw error;
      throw new EcgError('RUN_EXISTS', `there is a training in ${folder} already`, {
        where: folder,
        fix: 'Go on with it by --resume, or name another folder.',
      });
    }
    return run;
  }

  /**
   * Goes on with a run. Throws NO_RUN where there is none, RUN_DAMAGED where its configuration cannot be read, RUN_DIFFERS
   * where it was started otherwise. A checkpoint that is damaged is told through `onDamaged`, and the one before it is used.
   */
  static async resume(
    folder: string,
    config: RunConfig,
    onDamaged: (file: string) => void,
  ): Promise<{ run: TrainingRun; checkpoint: Checkpoint | undefined }> {
    const run = new TrainingRun(folder, config);
    const path = join(folder, CONFIG);
    if (!existsSync(path)) {
      throw new EcgError('NO_RUN', `there is no training in ${folder}`, {
        where: folder,
        fix: 'Start it without --resume.',
      });
    }
    const written = asWritten(await readFile(path, 'utf8').catch(() => ''));
    if (written === undefined) {
      throw new EcgError('RUN_DAMAGED', `${path} is damaged: it should say what the training was started with`, {
        where: path,
        fix: 'Put back a copy of it, or start the training again in another folder.',
      });
    }
    if (written !== run.#config) {
      throw new EcgError('RUN_DIFFERS', `the training in ${folder} was started with other options, records or data`, {
        where: path,
        fix: 'Give the options it was started with, or start a new one in another folder.',
      });
    }
    await run.#removeUnfinished();
    for (const { file } of await run.#checkpoints()) {
      const checkpoint = await run.#readCheckpoint(file);
      if (checkpoint) {
        await run.#forgetAfter(checkpoint.epoch);
        return { run, checkpoint };
      }
      onDamaged(file);
    }
    await run.#forgetAfter(0);
    return { run, checkpoint: undefined };
  }

  /** Undefined where it cannot be read, is damaged or is of another run. */
  async #readCheckpoint(file: string): Promise<Checkpoint | undefined> {
    const bytes = await readFile(join(this.folder, file)).catch(() => new Uint8Array());
    try {
      const { checkpoint, config } = await decodeCheckpoint(bytes);
      return config === this.#config ? checkpoint : undefined;
    } catch (error) {
      if (error instanceof EngineError) return undefined;
      throw error;
    }
  }

  async #removeUnfinished(): Promise<void> {
    const left = (await readdir(this.folder)).filter((file) => UNFINISHED.test(file));
    await Promise.all(left.map((file) => rm(join(this.folder, file), { force: true })));
  }

  /** Newest first. */
  async #checkpoints(): Promise<{ file: string; epoch: number }[]> {
    const files = await readdir(this.folder);
    return files
      .flatMap((file) => {
        const epoch = CHECKPOINT.exec(file)?.[1];
        return epoch === undefined ? [] : [{ file, epoch: Number(epoch) }];
      })
      .sort((a, b) => b.epoch - a.epoch);
  }

  async saveCheckpoint(checkpoint: Checkpoint): Promise<void> {
    const name = `checkpoint-${String(checkpoint.epoch).padStart(4, '0')}.safetensors`;
    await writeFileAtomic(join(this.folder, name), await encodeCheckpoint(checkpoint, this.#config), { force: true });
    const old = (await this.#checkpoints()).slice(KEPT);
    await Promise.all(old.map(({ file }) => rm(join(this.folder, file), { force: true })));
  }

  /** Adds an epoch's line, and draws all of them anew. @throws EcgError WRITE_FAILED */
  async logMetrics<T extends CurvePoint>(metrics: T): Promise<void> {
    const before = (await this.#metrics()).filter(({ point }) => point.epoch < metrics.epoch);
    await this.#writeMetrics([...before.map(({ line }) => line), JSON.stringify(metrics)]);
    const curves = trainingCurves([...before.map(({ point }) => point), metrics]);
    await writeFileAtomic(join(this.folder, CURVES), curves, { force: true });
  }

  /** What is done again is not done yet: lines of such epochs would be taken for results. */
  async #forgetAfter(epoch: number): Promise<void> {
    const lines = await this.#metrics();
    const kept = lines.filter(({ point }) => point.epoch <= epoch);
    if (kept.length < lines.length) await this.#writeMetrics(kept.map(({ line }) => line));
  }

  /** Whole, so that no line is ever cut short: neither by an interruption nor by a full disk. */
  async #writeMetrics(lines: readonly string[]): Promise<void> {
    const text = lines.map((line) => `${line}\n`).join('');
    await writeFileAtomic(join(this.folder, METRICS), text, { force: true });
  }

  /** Those of epochs; whatever else stands there, as in a damaged file, is left out. */
  async #metrics(): Promise<{ line: string; point: CurvePoint }[]> {
    const text = await readFile(join(this.folder, METRICS), 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => {
      const point = asParsed(line);
      return isPoint(point) ? [{ line, point }] : [];
    });
  }

  /** What was logged of the epochs done, in their order. */
  async metrics(): Promise<CurvePoint[]> {
    return (await this.#metrics()).map(({ point }) => point);
  }

  /** The model of the best epoch so far, beside the checkpoints. */
  async saveBest(bytes: Uint8Array): Promise<void> {
    await writeFileAtomic(join(this.folder, BEST), bytes, { force: true });
  }

  /** Path of the best epoch's model. */
  get best(): string {
    return join(this.folder, BEST);
  }

  async saveModel(bytes: Uint8Array): Promise<string> {
    const path = join(this.folder, 'model.safetensors');
    await writeFileAtomic(path, bytes, { force: true });
    return path;
  }
}

function asParsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** A configuration as it was given, whatever its spaces; undefined where it is damaged. */
function asWritten(json: string): string | undefined {
  return JSON.stringify(asParsed(json));
}

function isPoint(value: unknown): value is CurvePoint {
  return typeof value === 'object' && value !== null && 'epoch' in value && typeof value.epoch === 'number';
}
