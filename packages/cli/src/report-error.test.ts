import { EcgError } from '@ecgpu/ecg-dsp';
import { EngineError } from '@ecgpu/engine';
import { describe, expect, it } from 'vitest';
import { reportError } from './report-error.js';
import { UsageError } from './usage-error.js';

function report(error: unknown): { exit: number; text: string } {
  let text = '';
  const exit = reportError(error, (part) => {
    text += part;
  });
  return { exit, text };
}

describe('reportError', () => {
  it('gives 1 for what failed, with its place and what to do', () => {
    const error = new EcgError('SIG_TRUNCATED', 'The file ends', {
      where: '100.dat',
      byteOffset: 7,
      fix: 'Get it anew.',
    });
    expect(report(error)).toEqual({ exit: 1, text: 'ecgpu: The file ends (100.dat, byte 7)\n  Get it anew.\n' });
  });

  it('gives 2 for wrong use', () => {
    expect(report(new UsageError('which records?', 'Name some.'))).toEqual({
      exit: 2,
      text: 'ecgpu: which records?\n  Name some.\n',
    });
    expect(report(new EcgError('UNKNOWN_DETECTOR', 'no such detector')).exit).toBe(2);
  });

  it.each(['NO_ADAPTER', 'NO_WEBGPU_PACKAGE', 'NO_WASM'] as const)('gives 3 for %s: no such device', (code) => {
    expect(report(new EngineError(code, 'there is none', { fix: 'Run ecgpu doctor.' }))).toEqual({
      exit: 3,
      text: 'ecgpu: there is none\n  Run ecgpu doctor.\n',
    });
  });

  it("never shows a stack trace, nor a file's control characters", () => {
    expect(report(new TypeError('x is not a function'))).toEqual({ exit: 1, text: 'ecgpu: x is not a function\n' });
    expect(report('thrown text').text).toBe('ecgpu: thrown text\n');
    expect(report(new EcgError('X', 'named \u001b[31mred\u0007')).text).toBe('ecgpu: named \ufffd[31mred\ufffd\n');
  });
});
