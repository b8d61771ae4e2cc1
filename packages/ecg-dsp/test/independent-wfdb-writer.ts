/**
 * Makes WFDB, EDF and FLAC bytes for tests from the formats' descriptions alone. It shares no code with the library, and
 * works otherwise on purpose: every field is spelt as a string of bits and strings of bits are cut into bytes.
 */

/** The lowest `width` bits of a whole number, two's complement, most significant first. */
export function bits(value: number, width: number): string {
  return BigInt.asUintN(width, BigInt(value)).toString(2).padStart(width, '0');
}

/** Bytes of a string of bits, most significant bit first; must be whole bytes. */
export function bytesOf(text: string): number[] {
  if (text.length % 8 !== 0) throw new Error(`${text.length} bits are no whole bytes`);
  return (text.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
}

/** A little-endian word of `width` bits. */
function littleEndian(text: string): number[] {
  return bytesOf(text).reverse();
}

/** Samples in one of the raw formats; format 8 takes them as values and starts from `initial`. */
export function packSamples(samples: readonly number[], format: number, initial = 0): Uint8Array {
  const out: number[] = [];
  const put = (bytes: number[]): void => {
    out.push(...bytes);
  };
  if (format === 212) {
    for (let i = 0; i < samples.length; i += 2) {
      const a = bits(samples[i]!, 12);
      const b = bits(samples[i + 1] ?? 0, 12);
      put(bytesOf(a.slice(4)));
      put(bytesOf(b.slice(0, 4) + a.slice(0, 4)));
      if (i + 1 < samples.length) put(bytesOf(b.slice(4)));
    }
  } else if (format === 310) {
    for (let i = 0; i < samples.length; i += 3) {
      const [a, b, c] = [0, 1, 2].map((k) => bits(samples[i + k] ?? 0, 10)) as [string, string, string];
      put(littleEndian(`${c.slice(5)}${a}0`));
      if (i + 1 < samples.length) put(littleEndian(`${c.slice(0, 5)}${b}0`));
    }
  } else if (format === 311) {
    for (let i = 0; i < samples.length; i += 3) {
      const [a, b, c] = [0, 1, 2].map((k) => bits(samples[i + k] ?? 0, 10)) as [string, string, string];
      put(littleEndian(`00${c}${b}${a}`).slice(0, i + 1 < samples.length ? 4 : 2));
    }
  } else {
    let before = initial;
    for (const sample of samples) {
      if (format === 8) put(bytesOf(bits(sample - before, 8)));
      else if (format === 80) put(bytesOf(bits(sample + 128, 8)));
      else if (format === 160) put(littleEndian(bits(sample + 32768, 16)));
      else if (format === 61) put(bytesOf(bits(sample, 16)));
      else put(littleEndian(bits(sample, format)));
      before = sample;
    }
  }
  return Uint8Array.from(out);
}

/** The 16-bit sum that a header declares. */
export function checksumOf(samples: readonly number[]): number {
  return Number(BigInt.asIntN(16, BigInt(samples.reduce((sum, sample) => sum + sample, 0))));
}

export interface TestSignal {
  readonly samples: readonly number[];
  readonly format: number;
  readonly name: string;
  readonly gain?: string;
  readonly initial?: number;
}

/** A record with one signal file: its header text and its bytes, signals interleaved. Format 8: one signal only. */
export function makeRecord(
  name: string,
  fs: number | string,
  signals: readonly TestSignal[],
): Record<string, Uint8Array> {
  const length = signals[0]?.samples.length ?? 0;
  const format = signals[0]?.format ?? 16;
  const lines = [`${name} ${signals.length} ${fs} ${length}`];
  for (const { samples, name: lead, gain = '200', initial } of signals) {
    const first = initial ?? samples[0] ?? 0;
    lines.push(`${name}.dat ${format} ${gain} 12 0 ${first} ${checksumOf(samples)} 0 ${lead}`);
  }
  const flat: number[] = [];
  for (let i = 0; i < length; i++) for (const { samples } of signals) flat.push(samples[i]!);
  return {
    [`${name}.hea`]: text(`${lines.join('\r\n')}\r\n`),
    [`${name}.dat`]: packSamples(flat, format, signals[0]?.initial ?? signals[0]?.samples[0] ?? 0),
  };
}

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

export interface TestAnnotation {
  readonly time: number;
  readonly code: number;
  readonly subtype?: number;
  readonly channel?: number;
  readonly number?: number;
  readonly aux?: string;
}

/** A word of an annotation file: code and 10-bit field. */
export function word(code: number, field: number): number[] {
  return littleEndian(bits(code, 6) + bits(field, 10));
}

/** A 32-bit interval, high word first. */
export function skip(interval: number): number[] {
  const all = bits(interval, 32);
  return [...word(59, 0), ...littleEndian(all.slice(0, 16)), ...littleEndian(all.slice(16))];
}

/** An annotation file, every field written for every annotation, in the order that wfdb-python writes. */
export function makeAnnotations(annotations: readonly TestAnnotation[]): Uint8Array {
  const out: number[] = [];
  let time = 0;
  for (const { time: at, code, subtype = 0, channel = 0, number = 0, aux = '' } of annotations) {
    let left = at - time;
    time = at;
    while (left > 0x7fffffff) {
      out.push(...skip(0x7fffffff));
      left -= 0x7fffffff;
    }
    if (left > 1023 || left < 0) {
      out.push(...skip(left));
      left = 0;
    }
    out.push(...word(code, left), ...word(60, number), ...word(61, subtype), ...word(62, channel));
    const bytes = text(aux);
    if (bytes.length > 0) out.push(...word(63, bytes.length), ...bytes, ...(bytes.length % 2 ? [0] : []));
  }
  return Uint8Array.from([...out, 0, 0]);
}

export interface TestEdfSignal {
  readonly label: string;
  readonly units?: string;
  readonly physical?: readonly [number, number];
  readonly digital?: readonly [number, number];
  /** One list a data record: 16-bit values, or the text of an annotation signal. */
  readonly records: readonly (readonly number[] | string)[];
  readonly samplesPerRecord: number;
}

/** An EDF or EDF+ file. */
export function makeEdf(
  signals: readonly TestEdfSignal[],
  duration: number | string,
  reserved = '',
  recordCount?: number,
): Uint8Array {
  const count = recordCount ?? signals[0]?.records.length ?? 0;
  const field = (value: string | number, width: number): string => String(value).padEnd(width).slice(0, width);
  const all = (width: number, value: (signal: TestEdfSignal) => string | number): string =>
    signals.map((signal) => field(value(signal), width)).join('');
  const header = [
    field(0, 8),
    field('X X X X', 80),
    field('Startdate X X X X', 80),
    field('01.01.00', 8),
    field('00.00.00', 8),
    field(256 * (signals.length + 1), 8),
    field(reserved, 44),
    field(count, 8),
    field(duration, 8),
    field(signals.length, 4),
    all(16, ({ label }) => label),
    all(80, () => 'electrode'),
    all(8, ({ units = 'uV' }) => units),
    all(8, ({ physical }) => physical?.[0] ?? -3276.8),
    all(8, ({ physical }) => physical?.[1] ?? 3276.7),
    all(8, ({ digital }) => digital?.[0] ?? -32768),
    all(8, ({ digital }) => digital?.[1] ?? 32767),
    all(80, () => 'none'),
    all(8, ({ samplesPerRecord }) => samplesPerRecord),
    all(32, () => ''),
  ].join('');
  const out = [...text(header)];
  const written = signals[0]?.records.length ?? 0;
  for (let r = 0; r < written; r++) {
    for (const { records, samplesPerRecord } of signals) {
      const data = records[r]!;
      const bytes = typeof data === 'string' ? [...text(data)] : data.flatMap((value) => littleEndian(bits(value, 16)));
      out.push(...bytes, ...new Array<number>(samplesPerRecord * 2 - bytes.length).fill(0));
    }
  }
  return Uint8Array.from(out);
}

/** A FLAC stream of one frame with verbatim subframes (RFC 9639); at most 4096 samples a channel. */
export function makeFlac(channels: readonly (readonly number[])[], width: 8 | 16 | 24): Uint8Array {
  const length = channels[0]?.length ?? 0;
  const rate = 96000;
  const info =
    bits(length, 16) + bits(length, 16) + bits(0, 24) + bits(0, 24) + bits(rate, 20) + bits(channels.length - 1, 3);
  const block = `${info}${bits(width - 1, 5)}${bits(length, 36)}${bits(0, 128)}`;
  const sizes: Record<number, string> = { 8: '001', 16: '100', 24: '110' };
  const header = bytesOf(
    `11111111111110000111${bits(0b1011, 4)}${bits(channels.length - 1, 4)}${sizes[width]}0${bits(0, 8)}${bits(length - 1, 16)}`,
  );
  const frame = [...header, crc(header, 8, 0x07)];
  let body = '';
  for (const samples of channels) body += `00000010${samples.map((value) => bits(value, width)).join('')}`;
  frame.push(...bytesOf(body));
  const check = crc(frame, 16, 0x8005);
  return Uint8Array.from([
    ...text('fLaC'),
    0x80,
    ...bytesOf(bits(34, 24)),
    ...bytesOf(block),
    ...frame,
    check >> 8,
    check & 0xff,
  ]);
}

function crc(bytes: readonly number[], width: 8 | 16, polynomial: number): number {
  let value = 0;
  for (const byte of bytes) {
    value ^= byte << (width - 8);
    for (let k = 0; k < 8; k++) {
      value = value & (1 << (width - 1)) ? (value << 1) ^ polynomial : value << 1;
      value &= 2 ** width - 1;
    }
  }
  return value;
}
