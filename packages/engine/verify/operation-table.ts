import type { VerifiedCase } from '../src/testing/index.js';

interface Row {
  readonly element: HTMLTableRowElement;
  cases: number;
  ratio: number;
  milliseconds: number;
  agrees: boolean;
}

/** What is one row: an operation, and the variants of its kernels where they are checked one by one. */
function rowName({ op, variants }: VerifiedCase, each: boolean): string {
  const chosen = Object.entries(variants).map(([kernel, variant]) => `${kernel}: ${variant}`);
  return each && chosen.length > 0 ? `${op} (${chosen.join(', ')})` : op;
}

/** One row an operation, or one a variant of its kernels, growing as its cases come in; each disagreement gets a row of its own below. */
export class OperationTable {
  readonly #body: HTMLElement;
  readonly #rows = new Map<string, Row>();
  readonly #eachVariant: boolean;

  constructor(body: HTMLElement, { eachVariant }: { readonly eachVariant: boolean }) {
    this.#body = body;
    this.#eachVariant = eachVariant;
    body.replaceChildren();
  }

  add(verified: VerifiedCase): void {
    const { name, mode, agrees, ratio, milliseconds, problems } = verified;
    const title = rowName(verified, this.#eachVariant);
    const row = this.#row(title);
    row.cases++;
    row.ratio = Math.max(row.ratio, ratio);
    row.milliseconds += milliseconds;
    row.agrees &&= agrees;
    row.element.dataset['agrees'] = String(row.agrees);
    row.element.replaceChildren(
      cell(title),
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

  #row(title: string): Row {
    const known = this.#rows.get(title);
    if (known) return known;
    const element = document.createElement('tr');
    element.dataset['title'] = title;
    this.#body.append(element);
    const row = { element, cases: 0, ratio: 0, milliseconds: 0, agrees: true };
    this.#rows.set(title, row);
    return row;
  }
}

function cell(text: string, kind?: string): HTMLTableCellElement {
  const element = document.createElement('td');
  element.textContent = text;
  if (kind !== undefined) element.className = kind;
  return element;
}
