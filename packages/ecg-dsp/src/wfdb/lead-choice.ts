import { EcgError } from '../errors.js';
import { quote } from '../text.js';
import { leadName, type WfdbHeader } from './header.js';

/**
 * Indices of the wanted leads, in the order they were asked for. A name is compared exactly, then without regard to case.
 * @throws EcgError LEAD_NOT_FOUND, LEAD_AMBIGUOUS
 */
export function findLeads(header: WfdbHeader, wanted: readonly (string | number)[] | undefined): number[] {
  const names = header.signals.map((_, index) => leadName(header, index));
  if (wanted === undefined) return names.map((_, index) => index);
  const indicesWhere = (test: (name: string) => boolean): number[] =>
    names.flatMap((name, index) => (test(name) ? [index] : []));
  return wanted.map((lead) => {
    if (typeof lead === 'number') {
      if (Number.isInteger(lead) && lead >= 0 && lead < names.length) return lead;
      throw notFound(header, String(lead), names);
    }
    const exact = indicesWhere((name) => name === lead);
    const found = exact.length > 0 ? exact : indicesWhere((name) => name.toLowerCase() === lead.toLowerCase());
    if (found.length > 1) {
      throw new EcgError('LEAD_AMBIGUOUS', `More than one lead of ${header.name} is named ${quote(lead)}`, {
        where: header.name,
        fix: `Choose by index: ${found.join(' or ')}.`,
      });
    }
    if (found[0] === undefined) throw notFound(header, JSON.stringify(lead), names);
    return found[0];
  });
}

function notFound(header: WfdbHeader, lead: string, names: readonly string[]): EcgError {
  return new EcgError('LEAD_NOT_FOUND', `${header.name} has no lead ${lead}`, {
    where: header.name,
    fix: names.length === 0 ? 'The record has no signals.' : `It has: ${names.slice(0, 40).join(', ')}.`,
  });
}
