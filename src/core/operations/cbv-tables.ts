import type { HeaderCard, TableMeta } from '../model/table';
import { AppError } from '../protocol/outcome';
import type { CompanionPart } from './definition';

/** Kinds of basis vectors as lightkurve spells them; `MultiScale` is all bands. */
export const CBV_KINDS = [
  'SingleScale',
  'MultiScale',
  'MultiScale.1',
  'MultiScale.2',
  'MultiScale.3',
  'Spike',
  'SingleScale+Spike',
  'MultiScale+Spike',
] as const;
export type CbvKind = (typeof CBV_KINDS)[number];

export interface CbvChoice {
  readonly kind: CbvKind;
  /** Kepler: the channel (`56`) or module.output (`16.4`); TESS: camera.ccd (`2.4`). Empty = as the light curve's header says. */
  readonly channel: string;
  /** Vectors of another quarter, campaign, sector or channel are taken all the same. */
  readonly allowMismatch: boolean;
}

/** One table of basis vectors: which kind, and of which part of the detector. */
interface CbvTable {
  readonly meta: TableMeta;
  /** SingleScale, MultiScale.1 …, Spike. */
  readonly kind: string;
  /** `16.4`, or undefined where the table does not say. */
  readonly chip: string | undefined;
  readonly channel: string | undefined;
}

const fail = (message: string, hint: string): never => {
  throw new AppError({ code: 'invalid-argument', message, hint });
};

/** A header card as text without padding; undefined where there is none. */
export function card(header: readonly HeaderCard[], key: string): string | undefined {
  const value = header.find((c) => c.key === key)?.value;
  const text = value === undefined ? '' : String(value).trim();
  return text === '' ? undefined : text;
}

/** `VECTOR_1`, `VECTOR_2` … in the order of their numbers. */
export function vectorColumns(meta: TableMeta): readonly { readonly number: number; readonly name: string }[] {
  return meta.columns
    .flatMap(({ name }) => {
      const match = /^VECTOR_(\d+)$/i.exec(name);
      return match ? [{ number: Number(match[1]), name }] : [];
    })
    .sort((a, b) => a.number - b.number);
}

/** The columns that say where a row lies and whether its vectors count. */
export function rowColumns(meta: TableMeta): { time: string | undefined; cadence: string | undefined; gap: string | undefined } {
  const find = (pattern: RegExp): string | undefined => meta.columns.find((c) => pattern.test(c.name))?.name;
  return {
    time: find(/^time$/i) ?? find(/^time_mjd$/i) ?? meta.columns.find((c) => c.role === 'time')?.name,
    cadence: find(/^cadenceno$/i),
    gap: find(/^gap(flag)?$/i),
  };
}

function chipOf(header: readonly HeaderCard[]): string | undefined {
  const pair = (a: string, b: string): string | undefined => {
    const [first, second] = [card(header, a), card(header, b)];
    return first !== undefined && second !== undefined ? `${first}.${second}` : undefined;
  };
  return pair('CAMERA', 'CCD') ?? pair('MODULE', 'OUTPUT');
}

function cbvTable(meta: TableMeta): CbvTable | undefined {
  if (vectorColumns(meta).length === 0) return undefined;
  const named = /^CBV\.(single-scale|spike|multiscale-band-(\d+))\.(\d+)\.(\d+)/i.exec(meta.name);
  const kepler = /^MODOUT_(\d+)_(\d+)/i.exec(meta.name);
  const kind = named?.[2] !== undefined ? `MultiScale.${named[2]}` : /^spike$/i.test(named?.[1] ?? '') ? 'Spike' : 'SingleScale';
  const byName = named ? `${named[3]}.${named[4]}` : kepler ? `${kepler[1]}.${kepler[2]}` : undefined;
  return { meta, kind, chip: chipOf(meta.header) ?? byName, channel: card(meta.header, 'CHANNEL') };
}

function wantedKinds(kind: CbvKind, tables: readonly CbvTable[]): readonly string[] {
  const there = [...new Set(tables.map((t) => t.kind))];
  return kind
    .split('+')
    .flatMap((k) =>
      k === 'MultiScale'
        ? [...there.filter((t) => t.startsWith('MultiScale.')).sort(), ...(there.some((t) => t.startsWith('MultiScale.')) ? [] : [k])]
        : [k],
    );
}

const shortly = (names: readonly string[]): string => (names.length > 6 ? `${names.slice(0, 6).join(', ')} … (${names.length})` : names.join(', '));

/** Which tables are about the light curve's part of the detector. */
function ofChip(tables: readonly CbvTable[], choice: CbvChoice, of: TableMeta): readonly CbvTable[] {
  const chips = [...new Set(tables.map((t) => t.chip))];
  const asked = choice.channel.trim();
  if (asked !== '') {
    const found = tables.filter((t) => t.chip === asked || t.channel === asked);
    return found.length > 0
      ? found
      : fail(`the file has no basis vectors of channel ${asked}`, `it has ${shortly(chips.map((c) => c ?? 'an unnamed one'))}`);
  }
  const [chip, channel] = [chipOf(of.header), card(of.header, 'CHANNEL')];
  const found = tables.filter((t) => (t.chip !== undefined && t.chip === chip) || (t.channel !== undefined && t.channel === channel));
  if (found.length > 0) return found;
  const mine = chip ?? channel;
  if (mine !== undefined && !choice.allowMismatch && tables.some((t) => t.chip !== undefined))
    return fail(
      `the light curve is of channel ${mine}, the basis vectors are of ${shortly(chips.map((c) => c ?? 'an unnamed one'))}`,
      'open the basis vectors of its channel, or allow a mismatch',
    );
  if (chips.length > 1)
    return fail(
      `the file has basis vectors of ${chips.length} channels, and the header of ${of.name} does not say which is its own`,
      'give the channel, or choose one table of the file',
    );
  return tables;
}

/** Refuses vectors of another mission, quarter, campaign or sector. */
function checkEpoch(table: TableMeta, of: TableMeta): void {
  for (const [key, word] of [
    ['TELESCOP', 'telescope'],
    ['QUARTER', 'quarter'],
    ['CAMPAIGN', 'campaign'],
    ['SECTOR', 'sector'],
  ] as const) {
    const [mine, theirs] = [card(of.header, key), card(table.header, key)];
    if (mine === undefined || theirs === undefined || mine.toUpperCase() === theirs.toUpperCase()) continue;
    fail(
      `the light curve is of ${word} ${mine}, the basis vectors are of ${word} ${theirs}`,
      `open the basis vectors of ${word} ${mine}, or allow a mismatch`,
    );
  }
}

/**
 * The tables of a Kepler, K2 or TESS file of co-trending basis vectors that fit a light curve: those of its channel, one a kind. Any table with
 * columns VECTOR_1, VECTOR_2 … counts as SingleScale. Throws AppError that says what does not fit.
 */
export function pickCbvTables(choice: CbvChoice, tables: readonly TableMeta[], of: TableMeta): readonly CompanionPart[] {
  const all = tables.flatMap((t) => cbvTable(t) ?? []);
  if (all.length === 0)
    return fail('the second file has no basis vectors (no columns VECTOR_1, VECTOR_2 …)', 'open a file of co-trending basis vectors (…_cbv.fits)');
  const kinds = wantedKinds(choice.kind, all);
  const there = [...new Set(all.map((t) => t.kind))];
  const absent = kinds.find((k) => !there.includes(k));
  if (absent !== undefined) return fail(`the file has no ${absent} basis vectors`, `it has ${there.join(', ')}`);
  return kinds.map((kind) => {
    const found = ofChip(
      all.filter((t) => t.kind === kind),
      choice,
      of,
    );
    const { meta } = found[0]!;
    if (!choice.allowMismatch) checkEpoch(meta, of);
    const { time, cadence, gap } = rowColumns(meta);
    const columns = [time, cadence, gap, ...vectorColumns(meta).map((v) => v.name)];
    return { table: meta.name, columns: columns.filter((c): c is string => c !== undefined) };
  });
}
