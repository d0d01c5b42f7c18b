import type { OperationDef, Scope, Strip } from '../../../core/operations/definition';
import type { TableView } from '../../../core/query/table-view';
import type { Unit } from './unit';

/** A part of a step's work that one thread does: a range of table rows, with what of them is wanted of an image, or a range of objects. */
export type Part =
  | { readonly kind: 'rows'; readonly from: number; readonly to: number; readonly strip?: Strip }
  | { readonly kind: 'objects'; readonly from: number; readonly to: number };

/** Rows of a part of a row-wise operation: big enough to be worth a message, small enough to share evenly. */
const ROWS_A_PART = 1 << 18;

/** Whether a step works object by object on this table (a table without an object column is one object). */
export function isByObject(op: OperationDef, scope: Scope, view: TableView): boolean {
  return !op.rowwise && scope !== 'table' && view.objects !== undefined;
}

/** An image in strips, each with the rows of pixels around it that it is made from. */
function stripsOf(op: OperationDef, params: Record<string, unknown>, { image }: TableView): readonly Part[] | undefined {
  const sizes = image && op.strips?.(params, image);
  if (!sizes) return undefined;
  const parts: Part[] = [];
  for (let from = 0; from < image.height; from += sizes.height) {
    const to = Math.min(image.height, from + sizes.height);
    const top = Math.max(0, from - sizes.halo);
    parts.push({ kind: 'rows', from: top * image.width, to: Math.min(image.height, to + sizes.halo) * image.width, strip: { top, from, to } });
  }
  return parts;
}

/** Cuts a step into parts of about equal rows, at least `threads` of them where the table allows. */
export function partsOf(op: OperationDef, params: Record<string, unknown>, scope: Scope, view: TableView, threads: number): readonly Part[] {
  const strips = stripsOf(op, params, view);
  if (strips) return strips;
  if (op.rowwise) {
    const parts: Part[] = [];
    for (let from = 0; from < view.rows; from += ROWS_A_PART) parts.push({ kind: 'rows', from, to: Math.min(view.rows, from + ROWS_A_PART) });
    return parts.length > 0 ? parts : [{ kind: 'rows', from: 0, to: 0 }];
  }
  const index = view.objects;
  if (!isByObject(op, scope, view) || !index) return [{ kind: 'rows', from: 0, to: view.rows }];
  const share = Math.max(1, view.rows / (threads * 8));
  const parts: Part[] = [];
  for (let from = 0; from < index.count;) {
    let to = from + 1;
    while (to < index.count && index.starts[to]! - index.starts[from]! < share) to++;
    parts.push({ kind: 'objects', from, to });
    from = to;
  }
  return parts;
}

/** Memory of the last strip: fresh memory of its size takes longer to get than the work takes. */
let spare: { readonly rows: Uint32Array; readonly room: Float64Array } | undefined;

function* stripUnit({ from, to }: { from: number; to: number }, strip: Strip): Generator<Unit> {
  const n = to - from;
  const memory = spare && spare.rows.length >= n ? spare : { rows: new Uint32Array(n), room: new Float64Array(n) };
  // Nobody else gets it while this unit is worked on.
  spare = undefined;
  try {
    yield { rows: rangeOf(from, to, memory.rows.subarray(0, n)), strip, room: memory.room.subarray(0, n) };
  } finally {
    spare = memory;
  }
}

function rangeOf(from: number, to: number, rows: Uint32Array = new Uint32Array(to - from)): Uint32Array {
  for (let i = 0; i < rows.length; i++) rows[i] = from + i;
  return rows;
}

/** The kernel runs of a part. */
export function* unitsOf(part: Part, scope: Scope, view: TableView): Generator<Unit> {
  if (part.kind === 'rows') {
    if (part.strip) yield* stripUnit(part, part.strip);
    else yield { rows: rangeOf(part.from, part.to) };
    return;
  }
  for (let object = part.from; object < part.to; object++) yield* unitsOfObject(object, scope, view);
}

export function* unitsOfObject(object: number, scope: Scope, view: TableView): Generator<Unit> {
  const index = view.objects!;
  const rows = index.rowsOf(object);
  const id = index.id(object);
  const { bandOf } = index;
  if (scope !== 'object-band' || !bandOf) {
    yield { rows, object: id };
    return;
  }
  const byBand = new Map<number, number[]>();
  for (const row of rows) {
    const band = bandOf[row]!;
    const list = byBand.get(band);
    if (list) list.push(row);
    else byBand.set(band, [row]);
  }
  for (const band of [...byBand.keys()].sort((a, b) => a - b))
    yield { rows: Uint32Array.from(byBand.get(band)!), object: id, band: index.bands[band] };
}
