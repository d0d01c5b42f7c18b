import type { ColumnType } from '../../../core/model/column';
import type { Alert } from '../../../core/model/table';
import { AppError } from '../../../core/protocol/outcome';
import { classify, isMissingText, Kind, latin1, textAt } from './cells';
import type { CellRules } from './builders';
import type { Block } from './scanner';

/** What the first pass over a file learns about one column. */
class ColumnKinds {
  bools = 0;
  ints = 0;
  int64s = 0;
  uint64s = 0;
  huge = 0;
  floats = 0;
  texts = 0;
  missing = 0;
  negatives = false;
  /** First cell of text: where a declared number is refused. */
  firstText: { line: number; text: string } | undefined;
}

/** Types of all columns, from every cell of the file. */
export class TypeScan {
  rows = 0;
  private readonly kinds: ColumnKinds[];

  constructor(
    columns: number,
    private readonly declared: readonly (ColumnType | undefined)[],
    private readonly rules: (column: number) => CellRules,
  ) {
    this.kinds = Array.from({ length: columns }, () => new ColumnKinds());
  }

  add(block: Block): void {
    for (let c = 0; c < block.columns; c++) this.addColumn(block, c);
    this.rows += block.rows;
  }

  private addColumn(block: Block, c: number): void {
    const kinds = this.kinds[c]!;
    const { bytes, columns, starts, ends, rows } = block;
    const { missingWords, nullWords } = this.rules(c);
    const declared = this.declared[c];
    const isText = declared === 'utf8' || (declared !== undefined && /[<]|complex/.test(declared));
    for (let r = 0, k = c; r < rows; r++, k += columns) {
      const s = starts[k]!;
      const e = ends[k]!;
      if (s === e) continue;
      if (isText || kinds.texts > 0) {
        if (missingWords && isMissingText(bytes, s, e)) kinds.missing++;
        else kinds.texts++;
        continue;
      }
      const kind = classify(bytes, s, e);
      if (kind === Kind.Int || kind === Kind.Float) {
        if (nullWords.size > 0 && nullWords.has(latin1(bytes, s, e).trim())) continue;
        if (kind === Kind.Int) kinds.ints++;
        else kinds.floats++;
      } else this.addRare(c, kind, block, k, r);
    }
  }

  private addRare(c: number, kind: Kind, block: Block, k: number, r: number): void {
    const kinds = this.kinds[c]!;
    const { bytes, starts, ends } = block;
    const s = starts[k]!;
    const e = ends[k]!;
    const { nullWords, isLatin1 } = this.rules(c);
    if (nullWords.size > 0 && nullWords.has(latin1(bytes, s, e).trim())) return;
    if (kind === Kind.Bool) kinds.bools++;
    else if (kind === Kind.Int64) {
      kinds.int64s++;
      if (latin1(bytes, s, e).includes('-')) kinds.negatives = true;
    } else if (kind === Kind.Uint64) kinds.uint64s++;
    else if (kind === Kind.HugeInt) kinds.huge++;
    else if (kind === Kind.NaN) kinds.floats++;
    else if (kind === Kind.Missing) kinds.missing++;
    else if (kind === Kind.Text) {
      kinds.texts++;
      kinds.firstText ??= { line: block.lines[r]!, text: textAt(bytes, s, e, 0, isLatin1).slice(0, 40) };
    }
  }

  /** Type of column `c`; remarks go to `alerts`. Throws AppError when a cell contradicts the declared type. */
  type(c: number, name: string, alerts: Alert[]): ColumnType {
    const k = this.kinds[c]!;
    const declared = this.declared[c];
    if (declared !== undefined) {
      this.check(k, declared, name);
      return declared;
    }
    const numbers = k.ints + k.int64s + k.uint64s + k.huge + k.floats;
    // In a column of words a marker is a judgement, so it is said.
    const remark = (type: ColumnType): ColumnType => {
      if (k.missing > 0 && type === 'utf8')
        alerts.push({
          severity: 'info',
          column: name,
          rows: k.missing,
          message: `${k.missing} cells of column ${name} say NA, null or nan and count as missing`,
        });
      return type;
    };
    if (k.texts > 0 || (k.bools > 0 && numbers > 0)) return remark('utf8');
    if (k.bools > 0) return 'bool';
    if (k.floats > 0 || k.huge > 0 || (k.uint64s > 0 && k.negatives)) {
      const lost = k.huge + k.int64s + k.uint64s;
      if (lost > 0)
        alerts.push({
          severity: 'warning',
          column: name,
          rows: lost,
          message: `column ${name} is read as float64: ${lost} integers of more than 15 digits lose their last digits`,
        });
      return 'float64';
    }
    if (k.uint64s > 0) return 'uint64';
    return k.ints + k.int64s > 0 ? 'int64' : 'float64';
  }

  private check(k: ColumnKinds, declared: ColumnType, name: string): void {
    if (declared === 'utf8' || declared.includes('<') || declared.startsWith('complex')) return;
    const wrong = declared === 'bool' ? k.floats + k.huge + k.int64s : declared.includes('int') ? k.floats + k.bools + k.huge : k.bools;
    if (k.texts === 0 && wrong === 0) return;
    const where = k.firstText ? `line ${k.firstText.line}: “${k.firstText.text}”` : 'a cell';
    throw new AppError({
      code: 'unreadable',
      message: `column ${name} is declared ${declared}, but ${where} is not`,
      hint: 'correct the cell or the declared type',
      column: name,
      row: k.firstText?.line,
    });
  }
}
