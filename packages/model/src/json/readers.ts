import { EcgError } from '@ecgpu/ecg-dsp';

/** Checks one value from a model file's JSON and returns it; `path` names it in errors. Throws `CONTRACT_INVALID`. */
export type Reader<T> = (value: unknown, path: string) => T;

export const positive: Reader<number> = number('a number above 0', (x) => x > 0);
export const notNegative: Reader<number> = number('a number, 0 or more', (x) => x >= 0);
export const count: Reader<number> = number('a whole number, 1 or more', (x) => Number.isInteger(x) && x >= 1);

export function number(wanted: string, fits: (value: number) => boolean): Reader<number> {
  return (value, path) => {
    if (typeof value === 'number' && Number.isFinite(value) && fits(value)) return value;
    throw invalid(path, value, wanted);
  };
}

export function text(value: unknown, path: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(path, value, 'a text that is not empty');
}

export function oneOf<T extends string>(choices: readonly T[]): Reader<T> {
  return (value, path) => {
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    throw invalid(path, value, choices.map((choice) => `"${choice}"`).join(' or '));
  };
}

export function list<T>(item: Reader<T>, fewest = 1, most = 1000): Reader<T[]> {
  return (value, path) => {
    if (!Array.isArray(value) || value.length < fewest || value.length > most)
      throw invalid(path, value, `a list of ${fewest} to ${most} items`);
    return value.map((each, at) => item(each, `${path}[${at}]`));
  };
}

/** A field that may be absent, but not null. */
export function optional<T>(present: Reader<T>): Reader<T | undefined> {
  return (value, path) => (value === undefined ? undefined : present(value, path));
}

/** A reader for every field; only those that may be absent may read undefined. */
type FieldReaders<T> = {
  readonly [K in keyof T]-?: Reader<object extends Pick<T, K> ? T[K] | undefined : T[K]>;
};

/** An object with these fields and no others. */
export function object<T extends object>(fields: FieldReaders<T>): Reader<T> {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(path, value, 'an object');
    const unknown = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
    if (unknown !== undefined) throw invalid(`${path}.${unknown}`, Reflect.get(value, unknown), 'absent');
    const read = Object.entries<Reader<unknown>>(fields).map(([name, field]) => [
      name,
      field(Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined, `${path}.${name}`),
    ]);
    return Object.fromEntries(read.filter(([, field]) => field !== undefined)) as T;
  };
}

export function invalid(path: string, value: unknown, wanted: string): EcgError {
  const shown = value === undefined ? 'missing' : (JSON.stringify(value) ?? String(value)).slice(0, 60);
  return new EcgError('CONTRACT_INVALID', `${path} is ${shown}; it should be ${wanted}.`, {
    where: path,
    fix: 'Use a model file made by this version of ecgpu, or make one of it anew.',
  });
}
