/**
 * Millivolts per unit of a voltage, or undefined where the unit is no voltage. Takes the spellings of real files:
 * `uV`, `µV` with either Greek letter, `microvolts`, `mv`.
 */
export function millivoltsPer(unit: string): number | undefined {
  if (/^m(illi)?v(olts?)?$/i.test(unit)) return 1;
  if (/^([uµμ]|micro)v(olts?)?$/i.test(unit)) return 1e-3;
  if (/^(n|nano)v(olts?)?$/i.test(unit)) return 1e-6;
  return /^v(olts?)?$/i.test(unit) ? 1e3 : undefined;
}
