import type { VerifiedCase } from '../src/testing/index.js';

interface Row {
  readonly element: HTMLTableRowElement;
  cases: number;
  ratio: number;
  milliseconds: number;
  agrees: boolean;
}

/** One row an operation, growing as its cases come in; each disagreement gets a row of its own below. */
export class OperationTable {
  readonly #body: HTMLElement;
  readonly #rows = new Map<string, Row>();

  constructor(body: HTMLElement) {
    this.#body = body;
    body.replaceChildren();
  }

  add({ op, name, mode, agrees, ratio, milliseconds, problems }: VerifiedCase): void {
    const row = this.#row(op);
    row.cases++;
    row.ratio = Math.max(row.ratio, ratio);
    row.milliseconds += milliseconds;
    row.agrees &&= agrees;
    row.element.dataset['agrees'] = String(row.agrees);
    row.element.replaceChildren(
      cell(op),
      cell(String(row.cases), 'number'),
      cell(row.ratio.toFixed(2), 'number'),
      cell(row.milliseconds.toFixed(0), 'number'),
      cell(row.agrees ? 'agrees' : 'differs'),
    );
    for (const problem of problems) {
      const detail = document.createElement('tr');
      const text = cell(`${name}, ${mode}: ${problem}`, 'problem');
      text.colSpan = 5;
      detail.append(text);
      row.element.after(detail);
    }
  }

  #row(op: string): Row {
    const known = this.#rows.get(op);
    if (known) return known;
    const element = document.createElement('tr');
    element.dataset['op'] = op;
    this.#body.append(element);
    const row = { element, cases: 0, ratio: 0, milliseconds: 0, agrees: true };
    this.#rows.set(op, row);
    return row;
  }
}

function cell(text: string, kind?: string): HTMLTableCellElement {
  const element = document.createElement('td');
  element.textContent = text;
  if (kind !== undefined) element.className = kind;
  return element;
}
