import type { FitsCard } from '../../readers/fits/cards';

const CARD = 80;
const BLOCK = 2880;

/** Text as FITS may hold it: printable ASCII, anything else a question mark. */
export function toAscii(text: string): string {
  return text.replace(/[\t\r\n]/g, ' ').replace(/[^\x20-\x7e]/g, '?');
}

export function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

const COMMENTARY = new Set(['COMMENT', 'HISTORY', '']);

/** One header card as one or more lines of 80 characters: long strings continue (CONTINUE), long or odd keywords are HIERARCH. */
export function formatCard(card: FitsCard): string[] {
  const key = toAscii(card.key).trim();
  const comment = card.comment === undefined ? '' : toAscii(card.comment);
  if (COMMENTARY.has(key.toUpperCase()))
    return commentary(key.toUpperCase(), card.value === undefined ? comment : `${toAscii(String(card.value))} ${comment}`.trimEnd());
  const standard = /^[A-Z0-9_-]{1,8}$/.test(key);
  if (!standard && !/^[A-Za-z0-9_ .-]{1,50}$/.test(key)) return commentary('COMMENT', ` ${key} = ${String(card.value ?? '')} ${comment}`.trimEnd());
  const head = standard ? `${key.padEnd(8)}= ` : `HIERARCH ${key} = `;
  if (typeof card.value === 'string') return stringCard(head, toAscii(card.value), comment);
  const value = card.value === undefined ? '' : (card.raw ?? formatValue(card.value));
  return [line(head + (standard ? value.padStart(20) : value), comment)];
}

function commentary(key: string, text: string): string[] {
  const lines: string[] = [];
  for (let at = 0; at === 0 || at < text.length; at += CARD - 8) lines.push((key.padEnd(8) + text.slice(at, at + CARD - 8)).padEnd(CARD));
  return lines;
}

function formatValue(value: number | boolean): string {
  if (typeof value === 'boolean') return value ? 'T' : 'F';
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  if (!Number.isFinite(value)) return '';
  const text = String(value).toUpperCase().replace('E+', 'E');
  if (text.includes('.')) return text;
  return text.includes('E') ? text.replace('E', '.0E') : text;
}

function line(text: string, comment: string): string {
  const room = CARD - text.length - 3;
  return (comment !== '' && room > 0 ? `${text} / ${comment.slice(0, room)}` : text).slice(0, CARD).padEnd(CARD);
}

function stringCard(head: string, value: string, comment: string): string[] {
  const quoted = value.replace(/'/g, "''");
  const room = CARD - head.length - 2;
  if (quoted.length <= room) return [line(`${head}'${quoted.padEnd(8)}'`, comment)];
  const lines: string[] = [];
  let rest = value;
  let start = head;
  while (rest !== '') {
    const max = CARD - start.length - 3;
    let piece = rest;
    while (piece.replace(/'/g, "''").length > max)
      piece = piece.slice(0, Math.max(1, piece.length - Math.max(1, piece.replace(/'/g, "''").length - max)));
    rest = rest.slice(piece.length);
    lines.push(line(`${start}'${piece.replace(/'/g, "''")}${rest === '' ? '' : '&'}'`, rest === '' ? comment : ''));
    start = 'CONTINUE  ';
  }
  return lines;
}

/** Lines with their END, padded to whole blocks. */
export function headerBytes(lines: readonly string[]): Buffer {
  const text = [...lines, 'END'.padEnd(CARD)].join('');
  return Buffer.from(text.padEnd(Math.ceil(text.length / BLOCK) * BLOCK), 'latin1');
}

/** Bytes that are missing to a whole block. */
export function paddingAfter(bytes: number): number {
  return (BLOCK - (bytes % BLOCK)) % BLOCK;
}
