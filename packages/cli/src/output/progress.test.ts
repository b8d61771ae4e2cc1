import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { duration, progressLine, sharedStream } from './progress.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

function shown(tty: boolean) {
  const written: string[] = [];
  const line = progressLine('beats', { isTTY: tty, write: (text: string) => void written.push(text) });
  return { line, written };
}

describe('progressLine', () => {
  it('reckons what is left from when the work was first told, not from what came before it', () => {
    const { line, written } = shown(false);
    vi.advanceTimersByTime(60_000);
    line.update(10, 100);
    vi.advanceTimersByTime(10_000);
    line.update(60, 100);
    expect(written).toEqual(['beats 10/100\n', 'beats 60/100 · 8.0 s left\n']);
    line.end();
    expect(written.at(-1)).toBe('beats: done in 1 min 10 s\n');
  });

  it('writes a file a line at every tenth of the work, and a terminal one line anew', () => {
    const file = shown(false);
    const terminal = shown(true);
    for (let done = 0; done <= 100; done++) {
      vi.advanceTimersByTime(10);
      file.line.update(done, 100);
      terminal.line.update(done, 100);
    }
    expect(file.written).toHaveLength(11);
    expect(terminal.written.length).toBeLessThan(15);
    expect(terminal.written.every((text) => text.startsWith('\r'))).toBe(true);
  });
});

it('lets nothing else be written behind a progress that stands on a terminal', () => {
  const written: string[] = [];
  const { lines, progress } = sharedStream({ isTTY: true, write: (text: string) => void written.push(text) });
  const line = progressLine('beats', progress);
  line.update(1, 2);
  lines.write('ecgpu: it is wrong\n');
  lines.write('  mend it\n');
  line.update(2, 2);
  line.end();
  lines.write('wrote x\n');
  expect(written.map((text) => text.replace(/ +$/, ''))).toEqual([
    '\rbeats 1/2',
    '\necgpu: it is wrong\n',
    '  mend it\n',
    '\rbeats 2/2',
    expect.stringMatching(/^\rbeats: done in .*\n$/),
    'wrote x\n',
  ]);
});

it('tells durations as people do', () => {
  expect([400, 12_000, 185_000].map(duration)).toEqual(['0.4 s', '12 s', '3 min 05 s']);
});
