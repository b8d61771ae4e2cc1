import type { Safetensors } from '@ecgpu/engine';
import type { Calibration } from '../confidence/calibration.js';
import type { InputContract } from '../preprocess/contract.js';
import type { Provenance } from './provenance.js';

/** What a file holds, before its kind has made a model of it. */
export interface ModelParts {
  readonly tensors: Safetensors['tensors'];
  readonly metadata: Readonly<Record<string, string>>;
  readonly contract: InputContract;
  readonly provenance: Provenance;
  readonly calibration?: Calibration;
}
