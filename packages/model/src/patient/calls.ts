import type { BeatLabel } from '@ecgpu/ecg-dsp';
import type { ParameterValues } from '@ecgpu/engine';
import type { AlikeBeats } from '../record/alike-beats.js';

/**
 * What a sequence model that was fine-tuned on a patient does beside asking its networks, for whole records. While the patient's own beats
 * are learned, what the patient has not shown is unlearned: so the model as it was says whether a beat is of such a class
 * (judgeUnshown). Then beats that look alike decide together (callAlike).
 */
export interface PatientCalls {
  /** Classes that the patient had not shown. */
  readonly unshown: readonly BeatLabel[];
  /** Of the networks' outputs, in their order. */
  readonly classes: readonly BeatLabel[];
  readonly alike: AlikeBeats;
  /** The tensors of the model as it was. */
  readonly parent: ParameterValues;
}
