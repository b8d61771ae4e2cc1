import { readFileSync } from 'node:fs';
import { readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EcgError } from '@ecgpu/ecg-dsp';
import { writeFileAtomic } from '@ecgpu/ecg-dsp/node';

const HELD = 'training.lock';

/** A process of this machine: numbers are given again, so when it was started is part of its name where the system tells. */
interface Holder {
  readonly pid: number;
  /** Clock ticks after the machine was started. */
  readonly started?: number;
}

/**
 * Does work on a run's folder that nobody else may do at the same time: two trainings there would overwrite each other's best
 * epoch. What an interrupted process has left held is taken over. Processes of other machines are not seen.
 *
 * @throws EcgError `RUN_BUSY` where a process that is running holds the folder
 */
export async function holdingRun<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const file = join(folder, HELD);
  await hold(file, folder);
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
    // Where the work was refused, no folder is left behind.
    await rmdir(folder).catch(() => undefined);
  }
}

async function hold(file: string, folder: string): Promise<void> {
  const left = await readFile(file, 'utf8').catch(() => undefined);
  if (left !== undefined) {
    const holder = holderOf(left);
    if (holder && isRunning(holder)) {
      throw new EcgError('RUN_BUSY', `process ${holder.pid} is training in ${folder}`, {
        where: folder,
        fix: `Wait for it, or name another folder. If ${holder.pid} is no training, remove ${file}.`,
      });
    }
    await rm(file, { force: true });
  }
  try {
    await writeFileAtomic(file, JSON.stringify(named(process.pid)));
  } catch (error) {
    // Another process was faster.
    if (error instanceof EcgError && error.code === 'FILE_EXISTS') return hold(file, folder);
    throw error;
  }
}

/** Undefined where the text names nobody. */
function holderOf(text: string): Holder | undefined {
  try {
    const { pid, started } = JSON.parse(text) as Partial<Record<keyof Holder, unknown>>;
    if (typeof pid !== 'number' || !Number.isInteger(pid) || pid < 1) return undefined;
    return { pid, ...(typeof started === 'number' ? { started } : {}) };
  } catch {
    return undefined;
  }
}

function isRunning({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's process may not be asked, but it is there.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = named(pid).started;
  return started === undefined || now === undefined || started === now;
}

/** proc(5): the 22nd field of `stat`, the 20th after the name in brackets, which may hold anything. */
function named(pid: number): Holder {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const started = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
    return { pid, started };
  } catch {
    return { pid };
  }
}
