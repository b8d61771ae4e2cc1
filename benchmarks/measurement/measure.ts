import type { Contender, Entry } from './contender.js';
import type { GroupResult, Row } from './result.js';
import { quantile, spreadOf } from './statistics.js';

export interface Pace {
  /** Rounds in which every contender has its turn. */
  readonly rounds: number;
  /** A sample repeats the work until it takes about this long. */
  readonly sampleMilliseconds: number;
  /** A contender slower than that takes part in as many rounds as fit in here, but no fewer than three. */
  readonly budgetMilliseconds: number;
}

export interface Group {
  readonly name: string;
  /** What one iteration is. */
  readonly what: string;
  /** Counted floating-point operations of one iteration, multiply and add as two. */
  readonly flops?: number;
  /** Beats that one iteration classifies or learns from; how many that is a second is given too. */
  readonly beats?: number;
  /** Equal parts of one iteration, whose time is given too: dispatches. */
  readonly parts?: number;
  /** Shorter samples than the pace's, where what is timed is a small part of what has to be waited for. */
  readonly sampleMilliseconds?: number;
  /**
   * Samples so many times as long as the pace's. For work that is done thousands of times in a row, of which a sample's first
   * hundredth of a second is not typical: threads wake, and are on one core until the system moves them apart.
   */
  readonly sampleFactor?: number;
  /** Each iteration is a process of its own that takes seconds: none is spent on warming up. */
  readonly freshProcess?: boolean;
  /** Rounds that a slow row takes part in at the least, 3 by default. */
  readonly fewestRounds?: number;
  /** Results further from the reference than this, relative to its largest value, are not timed. */
  readonly tolerance: number;
  /** Rows' times are also given as multiples of this row's, round by round. */
  readonly reference: string;
  /** Name of a fact of the rows that the table shows too. */
  readonly shownFact?: string;
  /** The row that does the same operations as fast as one thread's SIMD can. */
  readonly simdPeak?: string;
  readonly entries: readonly Entry[];
}

interface Running {
  readonly entry: Entry;
  readonly contender: Contender;
  readonly readyMilliseconds: number;
  readonly firstMilliseconds: number;
  readonly iterations: number;
  readonly every: number;
  /** Milliseconds of one iteration, by round. */
  readonly times: Map<number, number>;
}

/** Threads of the last contender may still spin, or its garbage be collected: that must not take time from the next. */
const PAUSE = 100;
const FEWEST_ROUNDS = 3;

/**
 * Measures all rows of a group interleaved: each round gives every contender one sample, in an order that rotates and
 * turns around, so that load on the machine meets all of them alike. A row that cannot run, or computes something else,
 * is kept with the reason instead of numbers.
 */
export async function measureGroup(group: Group, given: Pace, log: (text: string) => void): Promise<GroupResult> {
  const { sampleMilliseconds = given.sampleMilliseconds, sampleFactor = 1 } = group;
  const sample = Math.min(sampleMilliseconds, given.sampleMilliseconds) * sampleFactor;
  const pace: Pace = { ...given, sampleMilliseconds: sample };
  const skipped: Row[] = [];
  let running: Running[] = [];
  try {
    for (const entry of group.entries) {
      log(`${group.name}: ${entry.name}`);
      const row = await start(entry, group, pace).catch((error: unknown) => reasonOf(error));
      if (typeof row !== 'string') running.push(row);
      else skipped.push({ name: entry.name, skipped: row });
    }
    for (let round = 0; round < pace.rounds; round++) {
      log(`${group.name}: round ${round + 1} of ${pace.rounds}`);
      for (const each of turnsOf(running, round)) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
        try {
          each.times.set(round, (await each.contender.sample(each.iterations)) / each.iterations);
        } catch (error) {
          skipped.push({ name: each.entry.name, skipped: `stopped in round ${round + 1}: ${reasonOf(error)}` });
          running = running.filter((other) => other !== each);
          await each.contender.close();
        }
      }
    }
    const reference = running.find(({ entry }) => entry.name === group.reference);
    const peak = running.find(({ entry }) => entry.name === group.simdPeak);
    const rows = group.entries.map(
      ({ name }) =>
        skipped.find((row) => row.name === name) ??
        rowOf(running.find(({ entry }) => entry.name === name)!, group, reference, peak),
    );
    return { ...describedBy(group), rows };
  } finally {
    for (const { contender } of running) await contender.close();
  }
}

async function start(entry: Entry, group: Group, pace: Pace): Promise<Running> {
  const begun = performance.now();
  const contender = await entry.open();
  const readyMilliseconds = performance.now() - begun;
  if (!(contender.error <= group.tolerance)) {
    await contender.close();
    throw new Error(`differs from the reference by ${contender.error.toExponential(1)} of its largest value`);
  }
  const firstMilliseconds = await contender.sample(1);
  let once = group.freshProcess ? firstMilliseconds : await contender.sample(1);
  if (once < pace.sampleMilliseconds) {
    const some = Math.max(1, Math.min(20, Math.floor(pace.sampleMilliseconds / once / 2)));
    once = (await contender.sample(some)) / some;
  }
  const iterations = Math.max(1, Math.round(pace.sampleMilliseconds / once));
  const affordable = Math.floor(pace.budgetMilliseconds / (iterations * once));
  const rounds = Math.min(pace.rounds, Math.max(group.fewestRounds ?? FEWEST_ROUNDS, affordable));
  const every = Math.max(1, Math.floor(pace.rounds / rounds));
  return { entry, contender, readyMilliseconds, firstMilliseconds, iterations, every, times: new Map() };
}

/** What of a group its result repeats. */
function describedBy({
  name,
  what,
  flops,
  beats,
  parts,
  tolerance,
  reference,
  shownFact,
}: Group): Omit<GroupResult, 'rows'> {
  return {
    ...{ name, what, tolerance, reference },
    ...(flops === undefined ? {} : { flops }),
    ...(beats === undefined ? {} : { beats }),
    ...(parts === undefined ? {} : { parts }),
    ...(shownFact === undefined ? {} : { shownFact }),
  };
}

function turnsOf(running: readonly Running[], round: number): Running[] {
  const turns = running.map((_, index) => running[(index + round) % running.length]!);
  if (round % 2 === 1) turns.reverse();
  return turns.filter(({ every }) => round % every === 0);
}

function rowOf(
  { entry, contender, readyMilliseconds, firstMilliseconds, iterations, times }: Running,
  { flops, beats }: Group,
  reference: Running | undefined,
  peak: Running | undefined,
): Row {
  const milliseconds = spreadOf([...times.values()]);
  const ratio = ratioOf(times, reference);
  const timesPeak = entry.simdThreads === undefined ? undefined : ratioOf(times, peak);
  return {
    name: entry.name,
    milliseconds,
    iterations,
    error: contender.error,
    readyMilliseconds,
    firstMilliseconds,
    ...(entry.controlOf === undefined ? {} : { controlOf: entry.controlOf }),
    ...(flops === undefined ? {} : { gflops: flops / milliseconds.median / 1e6 }),
    ...(beats === undefined ? {} : { beatsPerSecond: (1000 * beats) / milliseconds.median }),
    ...(ratio === undefined ? {} : { ratio }),
    ...(timesPeak === undefined ? {} : { simdShare: 1 / (timesPeak * entry.simdThreads!) }),
    ...(contender.facts === undefined ? {} : { facts: contender.facts }),
  };
}

/** Median over the rounds that both took part in. */
function ratioOf(times: Running['times'], other: Running | undefined): number | undefined {
  const ratios = [...times].flatMap(([round, time]) => {
    const beside = other?.times.get(round);
    return beside === undefined ? [] : [time / beside];
  });
  return ratios.length === 0
    ? undefined
    : quantile(
        ratios.sort((a, b) => a - b),
        0.5,
      );
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0]!.slice(0, 300);
}
