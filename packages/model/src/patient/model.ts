import type { BeatLabel } from '@ecgpu/ecg-dsp';
import { type ParameterValue, type ParameterValues, readSafetensors, writeSafetensors } from '@ecgpu/engine';
import { withoutFusionCheck } from '../fusion/without-fusion-check.js';
import { metadataObject, modelError, ofFile } from '../model-file/metadata.js';
import type { Model } from '../model-file/model-file.js';
import { type Provenance, readProvenance } from '../model-file/provenance.js';
import { requireChecksum, WEIGHTS_CHECKSUM, weightsChecksum } from '../model-file/weights-checksum.js';
import type { PatientCalls } from './calls.js';

const FORMAT = 'ecgpu-patient-model-1';
/** Largest step of a difference, either way. */
const STEPS = 127;
const SHA256 = /^[\da-f]{64}$/;

/**
 * A model that was fine-tuned on a patient, as the differences of its weights from those of its parent: a byte each, in steps
 * of a 127th of the tensor's largest, with a checksum of the weights that they lead to. Tensors that are the parent's are left out. Everything else is the parent's and is not
 * repeated: the file is of no use without it, and names it by the SHA-256 of its file.
 *
 * @param parent the tensors it was fine-tuned from.
 * @param parentHash SHA-256 of the parent's file.
 * @param calls of a sequence model: what it does beside asking its networks.
 */
export function encodePatientModel(
  parent: ParameterValues,
  parentHash: string,
  tuned: ParameterValues,
  provenance: Provenance,
  calls?: Pick<PatientCalls, 'unshown' | 'alike'>,
): Uint8Array<ArrayBuffer> {
  const changed = [...parent].flatMap(([name, { values }]) => {
    const differences = tuned.get(name)!.values.map((x, i) => x - values[i]!);
    const largest = differences.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    return largest === 0 ? [] : [{ name, differences, step: Math.fround(largest / STEPS) }];
  });
  const count = changed.reduce((sum, { differences }) => sum + differences.length, 0);
  const words = new Int32Array(Math.max(1, Math.ceil(count / 4)));
  const bytes = new Int8Array(words.buffer);
  let at = 0;
  for (const { differences, step } of changed) {
    for (const difference of differences)
      bytes[at++] = Math.max(-STEPS, Math.min(STEPS, Math.round(difference / step)));
  }
  const steps = Float32Array.from(changed.length === 0 ? [0] : changed.map(({ step }) => step));
  const names = changed.map(({ name }) => name);
  const tensors = new Map([
    ['differences', { shape: [words.length], values: words }],
    ['steps', { shape: [steps.length], values: steps }],
  ]);
  return writeSafetensors(tensors, {
    format: FORMAT,
    parent: parentHash,
    tensors: JSON.stringify(names),
    provenance: JSON.stringify(provenance),
    ...(calls ? { patient: JSON.stringify({ unshown: calls.unshown, alike: calls.alike }) } : {}),
    [WEIGHTS_CHECKSUM]: weightsChecksum(movedBy(parent, names, bytes, steps)),
    notice: 'Research software. Not for clinical use.',
  });
}

/** The parent's tensors with the differences of some of them added: `bytes` holds those of one after another, in its step. */
function movedBy(
  parent: ParameterValues,
  names: readonly string[],
  bytes: Int8Array,
  steps: Float32Array,
): Map<string, ParameterValue> {
  const values = new Map(parent);
  let at = 0;
  for (const [index, name] of names.entries()) {
    const from = at;
    const tensor = parent.get(name)!;
    at += tensor.values.length;
    values.set(name, { ...tensor, values: tensor.values.map((x, i) => x + bytes[from + i]! * steps[index]!) });
  }
  return values;
}

/** SHA-256 of the parent's file where the file is a patient's model; undefined where it is another kind. Throws FORMAT. */
export function parentOf(file: Uint8Array, where = 'model'): string | undefined {
  const { metadata } = ofFile(where, () => readSafetensors(file));
  if (metadata['format'] !== FORMAT) return undefined;
  const parent = metadata['parent'] ?? '';
  if (SHA256.test(parent)) return parent;
  throw modelError(where, 'does not name its parent by a SHA-256');
}

/**
 * A patient's model from its file and its parent. Throws FORMAT where the file is damaged, or its parent is another.
 *
 * @param parentHash SHA-256 of the parent's file.
 */
export function decodePatientModel(file: Uint8Array, parent: Model, parentHash: string, where = 'model'): Model {
  const named = parentOf(file, where);
  if (named !== parentHash) throw modelError(where, `is not of the model ${parentHash} but of ${named ?? 'none'}`);
  const { tensors, metadata } = readSafetensors(file);
  const provenance = readProvenance(metadataObject(where, metadata, 'provenance') as object, where);
  const names = metadataObject(where, metadata, 'tensors');
  const words = tensors.get('differences')?.values;
  const steps = tensors.get('steps')?.values;
  if (!Array.isArray(names) || !(words instanceof Int32Array) || !(steps instanceof Float32Array)) {
    throw modelError(where, 'has no differences');
  }
  const lengths = names.map((name: unknown) => {
    const tensor = typeof name === 'string' ? parent.values.get(name) : undefined;
    if (tensor === undefined) throw modelError(where, `changes '${String(name)}', which its parent does not have`);
    return tensor.values.length;
  });
  const count = lengths.reduce((sum, length) => sum + length, 0);
  const fits =
    new Set(names).size === names.length &&
    words.length === Math.max(1, Math.ceil(count / 4)) &&
    steps.length === Math.max(1, names.length) &&
    steps.every((step) => step >= 0 && Number.isFinite(step));
  if (!fits) throw modelError(where, 'has differences that do not fit its parent');
  const bytes = new Int8Array(words.buffer, words.byteOffset, words.byteLength);
  const values = movedBy(parent.values, names as string[], bytes, steps);
  // A step within range may still lead beyond it.
  if (![...values.values()].every((tensor) => tensor.values.every(Number.isFinite)))
    throw modelError(where, 'leads to weights that are not finite');
  requireChecksum(values, metadata, where);
  return finetunedModel(parent, values, provenance, readPatientCalls(metadata, parent, where));
}

/**
 * A model with the weights that came of fine-tuning it. It has no temperature, as its parent's was fitted to other weights. It does not
 * train itself: a model that has learned a patient's annotated beats finds no more V by that (docs/experiments.md). Nor are its fusion
 * beats checked, which was not measured. What its parent did for a patient it does only if `patient` says so.
 */
export function finetunedModel(
  parent: Model,
  values: ParameterValues,
  provenance = parent.provenance,
  patient?: PatientCalls,
): Model {
  const { calibration: _, ...uncalibrated } = parent;
  if (uncalibrated.kind === 'beat') return { ...uncalibrated, values, provenance };
  const { selfTraining: __, patient: ___, ...model } = withoutFusionCheck(uncalibrated);
  return { ...model, values, provenance, ...(patient ? { patient } : {}) };
}

/** More are of no use: a record's beats of one shape are seldom as many. */
const MOST_NEIGHBOURS = 1000;

/** Files from before there were such calls do not say any. Throws FORMAT. */
function readPatientCalls(
  metadata: Readonly<Record<string, string>>,
  { contract, values }: Model,
  where: string,
): PatientCalls | undefined {
  if (metadata['patient'] === undefined) return undefined;
  const { unshown, alike } = metadataObject(where, metadata, 'patient') as Partial<Record<string, unknown>>;
  const { classes } = contract;
  const named =
    Array.isArray(unshown) &&
    new Set(unshown).size === unshown.length &&
    unshown.length < classes.length &&
    unshown.every((label) => classes.includes(label));
  const { neighbours, share, fewestBeats } = (alike ?? {}) as Partial<Record<string, unknown>>;
  const counts = [neighbours, fewestBeats].every((n) => typeof n === 'number' && Number.isInteger(n) && n >= 1);
  const inRange = typeof share === 'number' && share >= 0 && share < 1;
  if (!named || !counts || !inRange || (neighbours as number) > MOST_NEIGHBOURS)
    throw modelError(where, `says calls for its patient that cannot be followed: ${metadata['patient'].slice(0, 120)}`);
  return {
    unshown: unshown as BeatLabel[],
    classes,
    alike: { neighbours: neighbours as number, share, fewestBeats: fewestBeats as number },
    parent: values,
  };
}
