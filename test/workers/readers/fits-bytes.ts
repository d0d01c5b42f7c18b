import { writeFileSync } from 'node:fs';

/** FITS files put together by hand, card by card and byte by byte, so that what the reader is checked against owes nothing to our writer. */
const block = (text: string): Buffer => Buffer.from(text.padEnd(Math.ceil(text.length / 2880) * 2880), 'latin1');
const pad = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((2880 - (bytes.length % 2880)) % 2880)]);

export function header(cards: readonly string[]): Buffer {
  return block([...cards, 'END'].map((c) => c.padEnd(80)).join(''));
}

export const PRIMARY = header([
  'SIMPLE  =                    T',
  'BITPIX  =                    8',
  'NAXIS   =                    0',
  'EXTEND  =                    T',
]);

export interface TableBytes {
  /** TFORM of each column; TTYPE is c1, c2, … unless a card says so. */
  readonly forms: readonly string[];
  readonly rows: readonly Buffer[];
  readonly cards?: readonly string[];
  readonly heap?: Buffer;
  readonly gap?: number;
  readonly type?: 'BINTABLE' | 'TABLE';
}

export function table({ forms, rows, cards = [], heap = Buffer.alloc(0), gap = 0, type = 'BINTABLE' }: TableBytes): Buffer {
  const width = rows[0]?.length ?? 0;
  const given = (key: string): boolean => cards.some((c) => c.startsWith(key));
  const head = [
    `XTENSION= '${type}'`,
    'BITPIX  = 8',
    'NAXIS   = 2',
    `NAXIS1  = ${width}`,
    `NAXIS2  = ${rows.length}`,
    `PCOUNT  = ${gap + heap.length}`,
    'GCOUNT  = 1',
    `TFIELDS = ${forms.length}`,
    ...forms.flatMap((f, i) => [
      ...(given(`TTYPE${i + 1} `) ? [] : [`${`TTYPE${i + 1}`.padEnd(8)}= 'c${i + 1}'`]),
      `${`TFORM${i + 1}`.padEnd(8)}= '${f}'`,
    ]),
    ...(gap > 0 ? [`THEAP   = ${width * rows.length + gap}`] : []),
    ...cards,
  ];
  return Buffer.concat([header(head), pad(Buffer.concat([...rows, Buffer.alloc(gap), heap]))]);
}

export function writeFits(path: string, ...hdus: Buffer[]): void {
  writeFileSync(path, Buffer.concat([PRIMARY, ...hdus]));
}

/** Big-endian bytes: `be('i2', 1, -2)`. */
export function be(kind: 'u1' | 'i2' | 'i4' | 'i8' | 'f4' | 'f8', ...values: (number | bigint)[]): Buffer {
  return Buffer.concat(
    values.map((v) => {
      const b = Buffer.alloc(Number(kind[1]));
      if (kind === 'u1') b.writeUInt8(Number(v));
      else if (kind === 'i2') b.writeInt16BE(Number(v));
      else if (kind === 'i4') b.writeInt32BE(Number(v));
      else if (kind === 'i8') b.writeBigInt64BE(BigInt(v));
      else if (kind === 'f4') b.writeFloatBE(Number(v));
      else b.writeDoubleBE(Number(v));
      return b;
    }),
  );
}

export const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
