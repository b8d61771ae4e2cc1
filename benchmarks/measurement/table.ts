import { markdownTable } from './markdown.js';
import type { GroupResult, Row } from './result.js';

/** Three digits that count: 0.123, 1.23, 12.3, 123. */
function threeDigits(value: number): string {
  if (!(Math.abs(value) > 0)) return '0';
  const decimals = 2 - Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.min(4, Math.max(0, decimals)));
}

/** A group as a Markdown table with its title, and what could not be measured below it. */
export function describeGroup({ name, what, flops, beats, parts, shownFact, reference, rows }: GroupResult): string {
  const hasShares = rows.some((row) => 'simdShare' in row);
  const head = [
    '',
    'ms',
    'quartiles',
    `× ${reference}`,
    ...(flops ? ['GFLOP/s'] : []),
    ...(beats ? ['beats/s'] : []),
    ...(parts ? ['µs a part'] : []),
    ...(hasShares ? ['of SIMD peak'] : []),
    ...(shownFact ? [shownFact] : []),
  ];
  const body = rows.flatMap((row) =>
    'skipped' in row
      ? []
      : [
          [
            ...cells(row, { hasFlops: flops !== undefined, hasBeats: beats !== undefined, parts, hasShares }),
            ...(shownFact ? [threeDigits(row.facts?.[shownFact] ?? 0)] : []),
          ],
        ],
  );
  const missing = rows.flatMap((row) => ('skipped' in row ? [`- ${row.name}: not measured, ${row.skipped}`] : []));
  const work = flops === undefined ? '' : ` ${threeDigits(flops / 1e6)} MFLOP.`;
  const table = markdownTable(head, body);
  return [`### ${name}`, '', `One iteration: ${what}.${work}`, '', table, '', ...missing].join('\n');
}

/** Which columns a table has beside the times. */
interface Columns {
  readonly hasFlops: boolean;
  readonly hasBeats: boolean;
  readonly parts: number | undefined;
  readonly hasShares: boolean;
}

function cells(row: Exclude<Row, { skipped: string }>, { hasFlops, hasBeats, parts, hasShares }: Columns): string[] {
  const { median, lower, upper } = row.milliseconds;
  return [
    row.name,
    threeDigits(median),
    `${threeDigits(lower)} – ${threeDigits(upper)}`,
    row.ratio === undefined ? '' : row.ratio.toFixed(2),
    ...(hasFlops ? [threeDigits(row.gflops ?? 0)] : []),
    ...(hasBeats ? [Math.round(row.beatsPerSecond ?? 0).toLocaleString('en')] : []),
    ...(parts ? [threeDigits((median * 1000) / parts)] : []),
    ...(hasShares ? [row.simdShare === undefined ? '' : `${Math.round(100 * row.simdShare)} %`] : []),
  ];
}
