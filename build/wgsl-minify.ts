/**
 * Makes a shader's text small: no comments, no spaces but those that keep tokens apart, short names for what is local to
 * a function. Names of module scope stay, because shaders are joined from several files and constants come as a prelude.
 */
export function minifyWgsl(source: string): string {
  const tokens = tokenise(source);
  shortenLocals(tokens);
  let text = '';
  for (const { text: token } of tokens) text += (mustStayApart(text, token) ? ' ' : '') + token;
  return text;
}

interface Token {
  readonly kind: 'word' | 'number' | 'sign';
  text: string;
}

const SPACE_OR_COMMENT = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const WORD = /[A-Za-z_]\w*/y;
const NUMBER =
  /0[xX][\da-fA-F]+(?:\.[\da-fA-F]*)?(?:[pP][+-]?\d+)?[iufh]?|(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?[iufh]?/y;
const SIGN = /->|&&|\|\||<<=|>>=|<<|>>|<=|>=|==|!=|\+\+|--|[-+*/%&|^]=|[^\s\w]/y;

function tokenise(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const [text] = pattern.exec(source) ?? [];
    if (text !== undefined) at += text.length;
    return text;
  };
  while (at < source.length) {
    if (take(SPACE_OR_COMMENT) !== undefined) continue;
    const word = take(WORD);
    const number = word === undefined ? take(NUMBER) : undefined;
    if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (number !== undefined) tokens.push({ kind: 'number', text: shortNumber(number) });
    else tokens.push({ kind: 'sign', text: take(SIGN)! });
  }
  return tokens;
}

/** 1.0 is 1. and 0.5 is .5 in WGSL too. */
function shortNumber(number: string): string {
  return /^\d*\.\d+[fh]?$/.test(number)
    ? number.replace(/^0+(?=\.\d*[1-9])/, '').replace(/(\.\d*?)0+(?=[fh]?$)/, '$1')
    : number;
}

/** Two-character tokens that two neighbours would become. */
const MERGED = new Set('-> && || << >> <= >= == != ++ -- += -= *= /= %= &= |= ^= // /*'.split(' '));

function mustStayApart(before: string, token: string): boolean {
  const [left, right] = [before.at(-1) ?? ' ', token[0]!];
  if (/\w/.test(left)) return /\w/.test(right) || (right === '.' && token.length > 1);
  if (left === '.' && /\w/.test(right)) return /\d\.$/.test(before);
  return MERGED.has(left + right);
}

interface FunctionRange {
  /** Tokens from the name's parenthesis to the closing brace. */
  readonly from: number;
  readonly to: number;
}

function shortenLocals(tokens: Token[]): void {
  const ranges = functionRanges(tokens);
  for (const range of ranges) {
    const locals = declaredIn(tokens, range);
    const taken = new Set<string>();
    for (let i = range.from; i <= range.to; i++) {
      const { kind, text } = tokens[i]!;
      if (kind === 'word' && !locals.has(text)) taken.add(text);
    }
    const names = new Map<string, string>();
    const free = shortNames(taken);
    for (let i = range.from; i <= range.to; i++) {
      const token = tokens[i]!;
      if (token.kind !== 'word' || !locals.has(token.text) || tokens[i - 1]?.text === '.') continue;
      let short = names.get(token.text);
      if (short === undefined) {
        short = free.next().value as string;
        names.set(token.text, short);
      }
      token.text = short;
    }
  }
}

function functionRanges(tokens: readonly Token[]): FunctionRange[] {
  const ranges: FunctionRange[] = [];
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i]!.text !== 'fn') continue;
    const from = i + 2;
    let depth = 0;
    let to = from;
    while (to < tokens.length) {
      if (tokens[to]!.text === '{') depth++;
      if (tokens[to]!.text === '}' && --depth === 0) break;
      to++;
    }
    ranges.push({ from, to });
    i = to;
  }
  return ranges;
}

/**
 * Parameters and variables of a function, but none whose name the function also calls or reads as a type: there it is
 * something of module scope that the variable hides only in part.
 */
function declaredIn(tokens: readonly Token[], { from, to }: FunctionRange): Set<string> {
  const declared = new Set<string>();
  let depth = 0;
  let inParameters = true;
  for (let i = from; i <= to; i++) {
    const { kind, text } = tokens[i]!;
    if (text === '(') depth++;
    if (text === ')' && --depth === 0) inParameters = false;
    if (kind !== 'word') continue;
    const [before, after] = [tokens[i - 1]!.text, tokens[i + 1]!.text];
    const isParameter = inParameters && depth === 1 && after === ':';
    const isVariable = before === 'let' || before === 'var' || before === 'const' || isQualifiedVariable(tokens, i);
    if (isParameter || isVariable) declared.add(text);
  }
  for (let i = from; i <= to; i++) if (tokens[i + 1]?.text === '(') declared.delete(tokens[i]!.text);
  return declared;
}

/** `var<function> name`. */
function isQualifiedVariable(tokens: readonly Token[], at: number): boolean {
  return tokens[at - 1]!.text === '>' && tokens[at - 3]?.text === '<' && tokens[at - 4]?.text === 'var';
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** a, b, … Z, aa, … without those that mean something else in the function. */
function* shortNames(taken: ReadonlySet<string>): Generator<string> {
  for (let length = 1; ; length++) {
    for (let n = 0; n < LETTERS.length ** length; n++) {
      let [name, rest] = ['', n];
      for (let i = 0; i < length; i++) {
        name += LETTERS[rest % LETTERS.length]!;
        rest = Math.floor(rest / LETTERS.length);
      }
      if (!taken.has(name) && !KEYWORDS.has(name)) yield name;
    }
  }
}

/** Two-letter words that WGSL keeps for itself. */
const KEYWORDS = new Set(['as', 'do', 'fn', 'if', 'of', 'or', 'in', 'is', 'me', 'up']);
