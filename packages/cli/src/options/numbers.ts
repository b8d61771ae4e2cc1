import { InvalidArgumentError } from 'commander';

/** Parses a whole number within bounds, for commander. */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(
        `a whole number from ${least}${most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : ''} is needed.`,
      );
    }
    return value;
  };
}

/** Parses a number above zero, for commander. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('a number above 0 is needed.');
  return value;
}

/** Parses any number, for commander. */
export function finiteNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('a number is needed.');
  return value;
}

/** Parses a share or probability, 0 to 1, for commander. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('a number from 0 to 1 is needed.');
  return value;
}

/** Parses a share of something above none, to all of it, for commander. */
export function positiveShare(text: string): number {
  const value = share(text);
  if (value === 0) throw new InvalidArgumentError('a number above 0, to 1, is needed.');
  return value;
}

/** Parses a time from a recording's begin on, in seconds, for commander. */
export function secondsFromBegin(text: string): number {
  const value = finiteNumber(text);
  if (value < 0) throw new InvalidArgumentError('seconds from 0 on are needed.');
  return value;
}
