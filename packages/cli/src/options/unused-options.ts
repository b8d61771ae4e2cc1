import { UsageError } from '../usage-error.js';

/**
 * Refuses options that a command has, but that would do nothing beside the others given: whoever gives one expects that it does.
 *
 * @param options as commander has them: undefined where one was not given and has no default.
 * @param unused their names as commander has them.
 * @param because what makes them useless, after the option's name: `is for --average`.
 * @throws UsageError
 */
export function refuseUnused<T extends object>(
  options: T,
  unused: readonly (keyof T & string)[],
  because: string,
): void {
  const given = unused.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  const flag = given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(`--${flag} ${because}`, 'Leave it out.');
}
