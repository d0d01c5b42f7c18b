import { type ColumnMeta, type ColumnType, type Role, ROLES, type ScalarType } from '../../../core/model/column';
import type { Alert } from '../../../core/model/table';
import { AppError } from '../../../core/protocol/outcome';
import { columnNames } from '../text/sniff';
import { damaged } from './flatbuffer';
import type { ArrowField, ArrowKind, ArrowSchema } from './message';

/** An Arrow column and what it becomes. */
export interface ArrowColumn {
  readonly meta: ColumnMeta;
  readonly field: ArrowField;
}

function refuse(field: ArrowField, what: string): AppError {
  return new AppError({
    code: 'unsupported',
    message: `column ${field.name} holds Arrow ${what} values, which are not read`,
    hint: 'write the file again without that column, or with its parts as columns of their own',
    column: field.name,
  });
}

export function scalarOf(type: ArrowKind): ScalarType | undefined {
  switch (type.kind) {
    case 'int':
      return [8, 16, 32, 64].includes(type.bits) ? (`${type.isSigned ? '' : 'u'}int${type.bits}` as ScalarType) : undefined;
    case 'float':
      return type.bits === 64 ? 'float64' : 'float32';
    case 'bool':
      return 'bool';
    case 'utf8':
    case 'utf8view':
      return 'utf8';
    case 'decimal':
      return [32, 64, 128, 256].includes(type.bits) ? 'float64' : undefined;
    case 'time':
      return type.bits === 32 ? 'int32' : 'int64';
    case 'null':
      return 'float64';
    default:
      return undefined;
  }
}

function nameOf(type: ArrowKind): string {
  return type.kind === 'other' ? type.name : type.kind.replace('-', ' ');
}

const MAX_LIST = 2 ** 24;

/** Type of a column's cells. Throws AppError naming the column whose values cannot be held. */
function typeOf(field: ArrowField): ColumnType {
  const { type, children } = field;
  if (type.kind === 'list' || type.kind === 'fixed-list') {
    const child = children[0];
    if (children.length !== 1 || !child) throw damaged(`the list column ${field.name} has ${children.length} parts`);
    if (field.dictionary) throw refuse(field, 'dictionary-encoded list');
    const complex = complexOf(child);
    const element = child.dictionary ? undefined : (complex ?? scalarOf(child.type));
    if (!element || element === 'utf8') throw refuse(field, `list of ${nameOf(child.type)}`);
    if (type.kind === 'list') return `list<${element}>`;
    if (type.size < 1 || type.size > MAX_LIST) throw damaged(`the list column ${field.name} has cells of ${type.size} values`);
    const marked = field.metadata.get('skysift.type');
    if (type.size === 2 && (marked === 'complex64' || marked === 'complex128') && element === (marked === 'complex64' ? 'float32' : 'float64'))
      return marked;
    return `fixed_list<${element}>[${type.size}]`;
  }
  const scalar = scalarOf(type);
  if (!scalar) throw refuse(field, nameOf(type));
  return scalar;
}

/** Skysift writes a complex element of a list as a fixed list of two. */
function complexOf(child: ArrowField): ScalarType | undefined {
  if (child.type.kind !== 'fixed-list' || child.type.size !== 2 || child.children.length !== 1) return undefined;
  const part = child.children[0]!.type;
  return part.kind === 'float' && part.bits !== 16 ? (part.bits === 32 ? 'complex64' : 'complex128') : undefined;
}

function jsonOf<T>(text: string | undefined): T | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

function metaOf(field: ArrowField, name: string): ColumnMeta {
  const { type, metadata } = field;
  const role = metadata.get('role') as Role | undefined;
  const shape = jsonOf<number[]>(metadata.get('shape'));
  return {
    name,
    type: typeOf(field),
    unit: metadata.get('unit') ?? (type.kind === 'time' ? type.unit : undefined),
    ucd: metadata.get('ucd'),
    description: metadata.get('description') ?? (type.kind === 'time' ? type.meaning : undefined),
    display: metadata.get('display'),
    role: role && ROLES.includes(role) ? role : undefined,
    shape: Array.isArray(shape) && shape.every(Number.isInteger) ? shape : undefined,
    extra: jsonOf(metadata.get('extra')),
  };
}

/** The columns of a schema; remarks (doubled names, decimals) go to `alerts`. */
export function arrowColumns(schema: ArrowSchema, alerts: Alert[]): ArrowColumn[] {
  const { names, renamed } = columnNames(
    schema.fields.map((f) => f.name),
    schema.fields.length,
    '_',
  );
  for (const n of renamed) alerts.push({ severity: 'info', column: n, message: `a column name occurs twice: the later one is called ${n}` });
  return schema.fields.map((field, i) => {
    if (field.type.kind === 'decimal' && field.type.precision > 15)
      alerts.push({
        severity: 'warning',
        column: names[i]!,
        message: `column ${names[i]!} holds decimals of ${field.type.precision} digits and is read as float64: digits past the 15th may be lost`,
      });
    return { meta: metaOf(field, names[i]!), field };
  });
}
