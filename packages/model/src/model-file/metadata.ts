import {
  EngineError,
  type ParameterDefinitions,
  type ParameterValue,
  type ParameterValues,
  type SafetensorsTensor,
  sameShape,
} from '@ecgpu/engine';

/** A model of more weights than this is refused before anything is allocated for it. */
const MAX_PARAMETERS = 50_000_000;
/** More than any layer needs. */
const WIDEST = 4096;

export function modelError(
  where: string,
  message: string,
  fix = 'Use a model file that `ecgpu train` or `ecgpu finetune` wrote.',
): EngineError {
  return new EngineError('FORMAT', `${where} ${message}`, { where, fix });
}

/** What reading some of a file gives. Errors of what is inside, a tensor or the contract, then say of which file. */
export function ofFile<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && !error.message.includes(where)) error.message = `${where}: ${error.message}`;
    throw error;
  }
}

/** An object from JSON in a file's metadata. Throws FORMAT. */
export function metadataObject(where: string, metadata: Readonly<Record<string, string>>, key: string): unknown {
  try {
    const value: unknown = JSON.parse(metadata[key] ?? '');
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Reported below, like a value of another kind.
  }
  throw modelError(where, `has no readable '${key}' in its metadata`);
}

/** Whether all are numbers of units that a layer can have. */
export function areWidths(...counts: readonly unknown[]): boolean {
  return counts.every((count) => Number.isInteger(count) && (count as number) > 0 && (count as number) <= WIDEST);
}

export function isDropout(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value < 1;
}

/** Throws FORMAT where a contract and a network do not agree on how many of something there are. */
export function requireAgreement(where: string, counts: readonly (readonly [string, number, number])[]): void {
  for (const [what, network, contract] of counts) {
    if (network !== contract) throw modelError(where, `its network has ${network} ${what}, its contract ${contract}`);
  }
}

/** The tensors that a network needs: those and no others, of its shapes, finite. Throws FORMAT. */
export function takeTensors(
  tensors: ReadonlyMap<string, SafetensorsTensor>,
  definitions: ParameterDefinitions,
  where: string,
): ParameterValues {
  const total = Object.values(definitions).reduce(
    (sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1),
    0,
  );
  if (total > MAX_PARAMETERS) throw modelError(where, `has ${total} weights; ${MAX_PARAMETERS} are allowed`);
  const extra = [...tensors.keys()].filter((name) => !Object.hasOwn(definitions, name));
  if (extra.length > 0) throw modelError(where, `has tensors its network does not: ${extra.slice(0, 5).join(', ')}`);
  const values = new Map<string, ParameterValue>();
  for (const [name, { shape: wanted, buffer = false }] of Object.entries(definitions)) {
    const tensor = tensors.get(name);
    if (!(tensor?.values instanceof Float32Array) || !sameShape(tensor.shape, wanted)) {
      throw modelError(
        where,
        `'${name}' must be F32 [${wanted.join(', ')}], is ${tensor ? `${tensor.dtype} [${tensor.shape.join(', ')}]` : 'missing'}`,
      );
    }
    if (!tensor.values.every(Number.isFinite)) throw modelError(where, `'${name}' holds values that are not finite`);
    values.set(name, { shape: wanted, values: tensor.values, buffer });
  }
  return values;
}
