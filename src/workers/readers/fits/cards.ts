import type { HeaderCard } from '../../../core/model/table';

export const BLOCK = 2880;
const CARD = 80;

/** A header card with the text of its value, so that 64-bit integers can be read exactly. */
export interface FitsCard extends HeaderCard {
  readonly raw?: string | undefined;
}

/** An HDU's header: cards in order, and the last value of a keyword. */
export class FitsHeader {
  private readonly index = new Map<string, FitsCard>();

  constructor(readonly cards: readonly FitsCard[]) {
    for (const card of cards) if (card.value !== undefined) this.index.set(card.key, card);
  }

  value(key: string): string | number | boolean | undefined {
    return this.index.get(key)?.value;
  }

  /** Trailing blanks are not significant in FITS; an empty string counts as absent. */
  text(key: string): string | undefined {
    const v = this.value(key);
    return typeof v === 'string' && v !== '' ? v : undefined;
  }

  number(key: string): number | undefined {
    const v = this.value(key);
    return typeof v === 'number' && Number.isFinite(v) ? v : undefined;
  }

  integer(key: string): number | undefined {
    const v = this.number(key);
    return v !== undefined && Number.isSafeInteger(v) ? v : undefined;
  }

  /** An integer of any size, exact. */
  bigint(key: string): bigint | undefined {
    const raw = this.index.get(key)?.raw;
    return raw !== undefined && /^[+-]?\d{1,20}$/.test(raw) ? BigInt(raw) : undefined;
  }

  is(key: string): boolean {
    return this.value(key) === true;
  }

  comment(key: string): string | undefined {
    return this.index.get(key)?.comment;
  }
}

/** Where the header ends: the offset just past the END card, or undefined when these bytes do not hold it. */
export function findEnd(bytes: Uint8Array, from: number): number | undefined {
  for (let at = from; at + CARD <= bytes.length; at += CARD) {
    if (bytes[at] !== 0x45 || bytes[at + 1] !== 0x4e || bytes[at + 2] !== 0x44) continue;
    let blank = true;
    for (let i = 3; i < CARD && blank; i++) blank = bytes[at + i] === 0x20 || bytes[at + i] === 0;
    if (blank) return at + CARD;
  }
  return undefined;
}

/** Cards of a header that ends at `end`, CONTINUE strings joined, HIERARCH keywords as written. Never throws: a card that makes no sense is a comment. */
export function parseCards(bytes: Uint8Array, end: number): FitsCard[] {
  const cards: FitsCard[] = [];
  for (let at = 0; at + CARD <= end; at += CARD) {
    let text = '';
    for (let i = 0; i < CARD; i++) text += String.fromCharCode(bytes[at + i]!);
    text = text.replace(/[\0 ]+$/, '');
    if (text === '' || text === 'END') continue;
    const last = cards[cards.length - 1];
    if (text.startsWith('CONTINUE') && last && typeof last.value === 'string' && last.value.endsWith('&')) {
      const more = parseValue(text.slice(8));
      if (typeof more.value === 'string') {
        cards[cards.length - 1] = { ...last, value: last.value.slice(0, -1) + more.value, comment: joinText(last.comment, more.comment) };
        continue;
      }
    }
    cards.push(parseCard(text));
  }
  return cards;
}

function joinText(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || b === undefined ? (a ?? b) : `${a} ${b}`;
}

function parseCard(text: string): FitsCard {
  if (text.startsWith('HIERARCH')) {
    const equals = text.indexOf('=');
    if (equals > 9) return { key: text.slice(9, equals).trim(), ...parseValue(text.slice(equals + 1)) };
  }
  const key = text.slice(0, 8).trim();
  if (text[8] === '=' && (text[9] === ' ' || text.length <= 10 || text[9] === "'")) return { key, ...parseValue(text.slice(9)) };
  return { key: key === '' ? 'COMMENT' : key, comment: text.slice(8) };
}

function parseValue(field: string): { value?: string | number | boolean; comment?: string; raw?: string } {
  const text = field.trimStart();
  if (text.startsWith("'")) return parseQuoted(text);
  const slash = text.indexOf('/');
  const raw = (slash < 0 ? text : text.slice(0, slash)).trim();
  const comment = slash < 0 ? undefined : text.slice(slash + 1).trim();
  const common = comment ? { comment } : {};
  if (raw === '') return common;
  if (raw === 'T' || raw === 'F') return { value: raw === 'T', ...common };
  if (/^[+-]?(\d+\.?\d*|\.\d+)([EeDd][+-]?\d+)?$/.test(raw)) return { value: Number(raw.replace(/[Dd]/, 'E')), raw, ...common };
  return { value: raw, raw, ...common };
}

function parseQuoted(text: string): { value: string; comment?: string } {
  let value = '';
  let at = 1;
  for (; at < text.length; at++) {
    if (text[at] !== "'") value += text[at]!;
    else if (text[at + 1] === "'") {
      value += "'";
      at++;
    } else break;
  }
  const rest = text.slice(at + 1);
  const slash = rest.indexOf('/');
  const comment = slash < 0 ? '' : rest.slice(slash + 1).trim();
  return { value: value.replace(/ +$/, ''), ...(comment ? { comment } : {}) };
}
