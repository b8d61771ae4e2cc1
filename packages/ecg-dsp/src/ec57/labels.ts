/** The five AAMI beat classes of ANSI/AAMI EC57. */
export type BeatLabel = 'N' | 'S' | 'V' | 'F' | 'Q';

/** What a QRS annotation counts as: a beat class, or `O` for a flutter wave (`!`), which is a QRS but no beat. */
export type PseudoLabel = BeatLabel | 'O';

/**
 * Which beats are called supraventricular ectopic. An S figure means nothing without this name beside it: on MIT-BIH
 * the two differ by 245 beats.
 * - `ec57`: ANSI/AAMI EC57 and its reference comparator, with the escape beats `e` and `j` in S
 * - `dechazal`: de Chazal, O'Dwyer & Reilly, IEEE TBME 51:1196 (2004), with `e` and `j` in N, as in the DS1/DS2 papers
 */
export type MappingName = 'ec57' | 'dechazal';

export const mappingNames: readonly MappingName[] = ['ec57', 'dechazal'];

export const beatLabels: readonly BeatLabel[] = ['N', 'S', 'V', 'F', 'Q'];

type Mapping = ReadonlyMap<string, PseudoLabel>;

function mapping(symbols: Readonly<Record<PseudoLabel, string>>): Mapping {
  const map = new Map<string, PseudoLabel>();
  for (const [label, members] of Object.entries(symbols)) {
    for (const symbol of members) map.set(symbol, label as PseudoLabel);
  }
  return map;
}

const mappings: Readonly<Record<MappingName, Mapping>> = {
  ec57: mapping({ N: 'NLRB', S: 'aJASjen', V: 'VEr', F: 'F', Q: 'Q/f?', O: '!' }),
  dechazal: mapping({ N: 'NLRBje', S: 'aJASn', V: 'VEr', F: 'F', Q: 'Q/f?', O: '!' }),
};

/** The class of a WFDB annotation symbol, or undefined where it marks no QRS complex (rhythm, noise, notes …). */
export function pseudoLabel(symbol: string, name: MappingName = 'ec57'): PseudoLabel | undefined {
  return mappings[name].get(symbol);
}
