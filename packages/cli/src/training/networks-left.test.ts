import { expect, it } from 'vitest';
import { NetworksLeft } from './networks-left.js';

it('takes the time of those trained here for that of the others', () => {
  let seconds = 5;
  const said: string[] = [];
  const networks = new NetworksLeft(6, { err: (text) => void said.push(text) }, () => 1e3 * seconds);
  networks.found(2);
  seconds += 100;
  networks.add();
  networks.found(1);
  seconds += 140;
  networks.add();
  seconds += 90;
  networks.add();
  expect(said).toEqual([
    '3 of 6 networks trained, about 5 min 00 s left\n',
    '5 of 6 networks trained, about 2 min 00 s left\n',
    '6 of 6 networks trained\n',
  ]);
});
