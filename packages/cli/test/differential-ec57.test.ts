import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeAnnotations } from '@ecgpu/ecg-dsp/writing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AnnotatedRecord, Dice, randomRecord } from './ec57/random-record.js';
import { ecgpu } from './run-ecgpu.js';

const folder = process.env['WFDB_BIN'];
const BATCHES = Number(process.env['EC57_BATCHES'] ?? 20);
const SEED = Number(process.env['EC57_SEED'] ?? 1);
const KEEP = process.env['EC57_KEEP'];

const forms = ['-s', '-S', '-c', '-C']
  .flatMap((f) => [`bxb R ${f} -`, `bxb R ${f} ${f[1]}.txt`])
  .concat([
    'bxb R',
    'bxb R -v',
    'bxb R -v -S -',
    'bxb R -l - -',
    'bxb R -L - -',
    'bxb R -l l1.txt l2.txt',
    'bxb R -L L1.txt L2.txt',
    'bxb R -l - l3.txt',
    'bxb R -L L3.txt -',
    'bxb R -o',
    'bxb R -o -S -',
    'bxb R -O',
    'rxr R',
    'rxr R -v',
    'rxr R -v -S -',
    ...['-s', '-S', '-c', '-C'].flatMap((f) => [`rxr R ${f} -`, `rxr R ${f} r${f[1]}.txt`]),
    'rxr R -l -',
    'rxr R -L - -',
    'rxr R -l rl1.txt',
    'rxr R -L rL1.txt rL2.txt',
  ]);
const sums = ['l1', 'l2', 'L1', 'L2', 'rl1', 'rL1', 'rL2'].map((f) => `sumstats ${f}.txt`);

function snapshot(dir: string): Map<string, string> {
  return new Map(
    readdirSync(dir)
      .filter((n) => n.endsWith('.txt') || n.endsWith('.bxb'))
      .map((n) => [n, readFileSync(join(dir, n), 'latin1')]),
  );
}

describe.skipIf(!folder)('differential', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'ec57-'));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('is equal', { timeout: 3e6 }, async () => {
    const tally = new Map<string, number>();
    let runs = 0;
    for (let b = 0; b < BATCHES; b++) {
      const seed = SEED + b;
      const dice = new Dice(seed);
      const times = dice.of([
        '',
        '',
        '',
        '-f 0',
        '-f 0',
        '-f s1000 -t 200',
        '-t 0',
        '-f 0 -t 0',
        '-t 5:30',
        '-f 1:00.5 -t 0:4:0 -w 0.1',
        '-w 0.3',
        '-f 0 -w 0',
        '-f 310',
        '-f 5:0',
      ]);
      const records: AnnotatedRecord[] = ['1', '100', 'r1234', 'longername'].map((name) => randomRecord(dice, name));
      const [a, o] = [join(root, `${seed}a`), join(root, `${seed}o`)];
      for (const dir of [a, o]) {
        mkdirSync(dir);
        for (const r of records) {
          writeFileSync(join(dir, `${r.name}.hea`), `${r.name} 0 ${r.fs}${r.length ? ` ${r.length}` : ''}\n`);
          writeFileSync(join(dir, `${r.name}.ref`), encodeAnnotations(r.reference));
          writeFileSync(join(dir, `${r.name}.tst`), encodeAnnotations(r.test));
        }
      }
      const lines = [
        ...records.flatMap((r) => forms.map((f) => `${f.replace('R', `-r ${r.name} -a ref tst ${times}`)}`)),
        ...sums,
      ];
      // oracle: one shell
      const script = lines
        .map(
          (l, i) =>
            `${folder}/${l} > out${i} 2> err${i}; echo $? > rc${i}${l.includes(' -o') || l.includes(' -O') ? `; mv ${/-r (\S+)/.exec(l)![1]}.bxb out${i}.bxb 2>/dev/null` : ''}`,
        )
        .join('\n');
      spawnSync('bash', ['-c', script], { cwd: o, env: { ...process.env, WFDB: '.' } });
      process.chdir(a);
      for (const [i, l] of lines.entries()) {
        const { out, err } = await ecgpu([...l.split(/ +/), ...(/ -[oO]/.test(l) ? ['--force'] : [])]);
        runs++;
        const want = readFileSync(join(o, `out${i}`), 'latin1');
        const name = forms.find((f) => l.startsWith(f.slice(0, 3)) && l.endsWith(f.slice(5))) ?? l;
        const key = l
          .replace(/-r \S+ -a ref tst/, '')
          .replace(times, '')
          .replace(/ +/g, ' ');
        let bad = out !== want ? 'stdout' : '';
        if (/ -[oO]/.test(l)) {
          const rec = /-r (\S+)/.exec(l)![1]!;
          const mine = readFileSync(join(a, `${rec}.bxb`));
          let theirs: Buffer | undefined;
          try {
            theirs = readFileSync(join(o, `out${i}.bxb`));
          } catch {}
          if (!theirs || !mine.equals(theirs)) bad += ' bxb';
        }
        if (bad) {
          tally.set(key + ' ' + bad, (tally.get(key + ' ' + bad) ?? 0) + 1);
          if (KEEP) {
            writeFileSync(join(a, `out${i}`), out);
            writeFileSync(
              join(KEEP, 'index.txt'),
              `${seed} ${i} ${l} ${bad} ${err.slice(0, 200).replaceAll('\n', ' | ')}\n`,
              { flag: 'a' },
            );
          }
        }
      }
      const [mine, theirs] = [snapshot(a), snapshot(o)];
      for (const n of new Set([...mine.keys(), ...theirs.keys()]))
        if (n.endsWith('.txt') && mine.get(n) !== theirs.get(n)) {
          tally.set(`file ${n}`, (tally.get(`file ${n}`) ?? 0) + 1);
          if (KEEP) writeFileSync(join(KEEP, 'index.txt'), `${seed} file ${n}\n`, { flag: 'a' });
        }
      process.chdir('/');
      if (KEEP) {
        spawnSync('cp', ['-r', a, o, KEEP]);
      }
      rmSync(a, { recursive: true });
      rmSync(o, { recursive: true });
    }
    console.log(
      runs,
      'commands',
      BATCHES,
      'batches',
      [...tally]
        .map(([k, v]) => `${v} ${k}`)
        .sort()
        .join('\n'),
    );
    expect([...tally]).toEqual([]);
  });
});
