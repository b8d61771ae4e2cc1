import { expect, it } from 'vitest';
import { BEAT_NETWORK } from './beat-network.js';
import { beatVectorLength, joinLeads } from './lead-vectors.js';

it('has a vector for each lead, and says whether there is a second', () => {
  expect(beatVectorLength(BEAT_NETWORK, 1)).toBe(64);
  expect(beatVectorLength(BEAT_NETWORK, 2)).toBe(129);
  const first = Float32Array.of(1, 2, 3, 4);
  const second = Float32Array.of(5, 6, Number.NaN, 8);
  // What an absent lead's vector holds must not show.
  expect([...joinLeads(first, second, Uint8Array.of(1, 0), 2)]).toEqual([1, 2, 5, 6, 1, 3, 4, 0, 0, 0]);
});
