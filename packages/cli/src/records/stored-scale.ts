import type { WfdbRecord } from '@ecgpu/ecg-dsp';

/**
 * Gain and baseline that some of a record's leads are stored with, so that writing their values gives back the numbers it has. Only
 * where all of them are stored in millivolts; elsewhere the writer's own, 1 µV a unit.
 * @param chosen indices of the leads; all where left out
 */
export function storedScale(
  { header, leads }: WfdbRecord,
  chosen: readonly number[] = [...leads.keys()],
): { gain?: number[]; baseline?: number[] } {
  const signals = chosen.flatMap((lead) => header.signals[lead] ?? []);
  if (signals.length !== chosen.length || signals.some(({ units }) => units !== 'mV')) return {};
  return { gain: signals.map(({ gain }) => gain), baseline: signals.map(({ baseline }) => baseline) };
}
