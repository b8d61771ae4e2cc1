/**
 * Makes something of what is on a device already, and gives that back where making fails: a program that a device refuses would leave its
 * weights there until the device closes.
 */
export async function releasedOnFailure<T>(owned: { release(): void }, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    owned.release();
    throw error;
  }
}

/** Makes one thing after the other, and gives those back that were made where one fails. */
export async function madeInTurn<P, T extends { release(): void }>(
  of: readonly P[],
  make: (part: P) => Promise<T>,
): Promise<T[]> {
  const made: T[] = [];
  const release = () => {
    for (const each of made) each.release();
  };
  for (const part of of) made.push(await releasedOnFailure({ release }, () => make(part)));
  return made;
}
