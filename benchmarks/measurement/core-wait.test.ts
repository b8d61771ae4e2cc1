import { expect, test } from 'vitest';
import { waitedForCore } from './core-wait.js';

test('the wait for a core is a count of milliseconds that never goes back, and no longer than the time that passed', () => {
  const start = performance.now();
  const before = waitedForCore();
  let last = before;
  while (performance.now() - start < 5) {
    const now = waitedForCore();
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
  expect(last - before).toBeLessThanOrEqual(performance.now() - start);
});
