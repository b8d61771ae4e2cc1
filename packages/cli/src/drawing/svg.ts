/** One SVG element with its attributes; numbers are rounded to hundredths. */
export function element(name: string, attributes: Readonly<Record<string, string | number>>, content = ''): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(shown(value))}"`);
  return content === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${content}</${name}>`;
}

export function text(
  x: number,
  y: number,
  content: string,
  attributes: Readonly<Record<string, string | number>> = {},
): string {
  return element('text', { x, y, 'font-size': 11, fill: '#333', ...attributes }, escaped(content));
}

/** A whole picture on white. */
export function picture(width: number, height: number, title: string, content: readonly string[]): string {
  const size = { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, width, height };
  const head = [element('title', {}, escaped(title)), element('rect', { width, height, fill: '#fff' })];
  return `${element('svg', { ...size, 'font-family': 'sans-serif' }, `\n${[...head, ...content].join('\n')}\n`)}\n`;
}

export function polyline(
  points: readonly (readonly [number, number])[],
  attributes: Readonly<Record<string, string | number>>,
): string {
  return element('polyline', {
    points: points.map(([x, y]) => `${shown(x)},${shown(y)}`).join(' '),
    fill: 'none',
    ...attributes,
  });
}

function shown(value: string | number): string {
  return typeof value === 'string' ? value : String(Math.round(100 * value) / 100);
}

function escaped(content: string): string {
  return content.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
