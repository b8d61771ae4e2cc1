import { type ColumnTitle, columnTitle, columnUnits } from '@ecgpu/ecg-dsp/formats';

/** What is in rows before the first sample: names, `MLII (µV)`, and below them units, where the names have none. */
export class CsvHead {
  private titles: readonly ColumnTitle[] = [];

  /** Takes the next row. @returns false where it is none of these, but a sample: then the head has ended. */
  take(cells: readonly string[], isNumber: (cell: string) => boolean): boolean {
    if (cells.every(isNumber)) return false;
    const texts = cells.map((cell) => cell.replace(/^"(.*)"$/, '$1'));
    if (this.titles.length === 0) {
      this.titles = texts.map(columnTitle);
      return true;
    }
    // One that has a number is of samples, and its text is refused.
    if (this.titles.some(({ units }) => units !== undefined) || cells.some((cell) => /\d/.test(cell))) return false;
    this.titles = this.titles.map(({ name }, k) => ({ name, units: columnUnits(texts[k]!) || undefined }));
    return true;
  }

  /** Unit of a column, from 1, where one is said. */
  unitOf(column: number): string | undefined {
    return this.titles[column - 1]?.units;
  }
}
