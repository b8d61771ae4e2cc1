import type { WfdbRecord } from '@ecgpu/ecg-dsp';

/**
 * Gain and baseline that a record's leads are stored with, so that writing its values gives back the numbers it has. Only
 * where all leads are stored in millivolts; elsewhere the writer's own, 1 µV a unit.
 */
export function storedScale({ header, leads }: WfdbRecord): { gain?: number[]; baseline?: number[] } {
  const { signals } = header;
  if (signals.length !== leads.length || signals.some(({ units }) => units !== 'mV')) return {};
  return { gain: signals.map(({ gain }) => gain), baseline: signals.map(({ baseline }) => baseline) };
}
