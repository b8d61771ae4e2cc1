/** The nine classes of the China Physiological Signal Challenge 2018, in its order: class k of REFERENCE.csv is the k-th. */
export const rhythmClasses = ['Normal', 'AF', 'I-AVB', 'LBBB', 'RBBB', 'PAC', 'PVC', 'STD', 'STE'] as const;

export type RhythmClass = (typeof rhythmClasses)[number];

/** What the abbreviations stand for. */
export const rhythmClassTitles: Readonly<Record<RhythmClass, string>> = {
  Normal: 'sinus rhythm without findings',
  AF: 'atrial fibrillation',
  'I-AVB': 'first-degree atrioventricular block',
  LBBB: 'left bundle branch block',
  RBBB: 'right bundle branch block',
  PAC: 'premature atrial contraction',
  PVC: 'premature ventricular contraction',
  STD: 'ST-segment depression',
  STE: 'ST-segment elevation',
};
