import { fileURLToPath } from 'node:url';
import { detectBeats, readRecord } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import type { InputContract } from '../src/preprocess/contract.js';
import { type NetworkInputs, networkInputs } from '../src/preprocess/network-inputs.js';
import { prepareRecord } from '../src/preprocess/record-beats.js';

/** The first beats of a real record, as the network is fed them. */
export async function realBeats(contract: InputContract, count: number): Promise<NetworkInputs> {
  const source = folderSource(fileURLToPath(new URL('../../../data/mitdb-samples', import.meta.url)));
  const record = await readRecord(source, '233', { from: 0, to: 360 * Math.max(90, count) });
  const mlii = record.leads.find(({ name }) => name === 'MLII')!;
  const peaks = detectBeats(mlii.samples, record.fs).samples.subarray(0, count);
  if (peaks.length < count) throw new Error(`233 begins with ${peaks.length} beats, not ${count}`);
  return networkInputs(prepareRecord(record, peaks, contract), contract);
}
