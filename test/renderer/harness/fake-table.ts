import type { Role } from '../../../src/core/model/column';
import type { TableInfo } from '../../../src/core/protocol/engine-service';
import type { RowSet } from '../../../src/core/query/query';
import type { Step, StepReport } from '../../../src/core/recipe/recipe';
import type { Axis, Predicate } from '../../../src/core/select/predicate';
import type { FakeColumns } from './fake-data';

/** A table held in plain arrays: enough of the engine to look at the window with, nothing of its speed or its store. */
export class FakeTable {
  version = 1;
  readonly columns = new Map<string, Float64Array | string[]>();
  readonly flags = new Map<string, { rows: Uint8Array; step: string }>();
  readonly labels = new Map<string, number>();
  roles: Partial<Record<Role, string>> = {};
  reports: StepReport[] = [];
  undone: Step[][] = [];
  past: Step[][] = [];
  readonly rows: number;
  readonly objects = new Map<string, number[]>();
  results: { step: string; op: string; columns: readonly string[]; rows: readonly Readonly<Record<string, unknown>>[] }[] = [];

  constructor(
    readonly id: string,
    readonly data: FakeColumns,
  ) {
    for (const c of data.columns) {
      this.columns.set(c.meta.name, c.values);
      if (c.meta.role) this.roles[c.meta.role] = c.meta.name;
    }
    this.rows = data.columns[0]!.values.length;
    const ids = this.roles.object ? this.columns.get(this.roles.object) : undefined;
    if (ids)
      for (let i = 0; i < this.rows; i++) {
        const key = String(ids[i]);
        const list = this.objects.get(key);
        if (list) list.push(i);
        else this.objects.set(key, [i]);
      }
  }

  flagged(): Uint8Array {
    const out = new Uint8Array(this.rows);
    for (const f of this.flags.values()) for (let i = 0; i < out.length; i++) out[i]! |= f.rows[i]!;
    return out;
  }

  info(): TableInfo {
    const flagged = this.flagged();
    const bands = this.roles.band ? [...new Set(this.columns.get(this.roles.band) as string[])] : [];
    const added = [...this.columns.keys()].filter((n) => !this.data.columns.some((c) => c.meta.name === n));
    return {
      id: this.id,
      version: this.version,
      state: 'ready',
      loaded: this.rows,
      source: { name: this.data.source, format: 'FITS binary table' },
      meta: {
        name: this.data.name,
        rows: this.rows,
        header: this.data.header ?? [],
        image: this.data.image,
        fileFlags: this.data.fileFlags,
        timeSystem: this.data.timeSystem,
        columns: [
          ...this.data.columns.map((c) => ({
            ...c.meta,
            role: (Object.entries(this.roles).find(([, n]) => n === c.meta.name)?.[0] as Role) ?? undefined,
          })),
          ...added.map((name) => ({ name, type: 'float64' as const, origin: 'step' })),
        ],
      },
      flags: [
        ...this.data.fileFlags,
        ...[...this.flags].map(([name, f]) => ({ name, author: { kind: 'step' as const, id: f.step }, count: f.rows.reduce((a, b) => a + b, 0) })),
      ],
      flagged: flagged.reduce((a, b) => a + b, 0),
      roles: this.roles,
      objects: this.objects.size,
      bands,
      steps: this.reports,
      undoable: this.past.length,
      redoable: this.undone.length,
      alerts: [],
      results: this.results.map((r) => ({ step: r.step, op: r.op, columns: r.columns, rows: r.rows.length })),
    };
  }

  numbers(axis: Axis): (row: number) => number {
    if ('column' in axis) {
      const values = this.columns.get(axis.column);
      if (!values) throw new Error(`unknown column: ${axis.column} (table ${this.data.name} has none of that name)`);
      return (row) => Number(values[row]);
    }
    if ('phase' in axis) {
      const t = this.numbers({ column: axis.phase.column });
      const { period, epoch, centred } = axis.phase;
      return (row) => {
        const p = (t(row) - epoch) / period;
        const frac = p - Math.floor(p);
        return centred && frac >= 0.5 ? frac - 1 : frac;
      };
    }
    const terms = axis.expression.split('-').map((name) => this.numbers({ column: name.trim() }));
    return (row) => terms.slice(1).reduce((a, term) => a - term(row), terms[0]!(row));
  }

  test(p: Predicate): (row: number) => boolean {
    switch (p.kind) {
      case 'range': {
        const x = this.numbers(p.axis);
        return (row) => x(row) >= (p.low ?? -Infinity) && x(row) <= (p.high ?? Infinity);
      }
      case 'polygon': {
        const [x, y] = [this.numbers(p.x), this.numbers(p.y)];
        return (row) => insidePolygon(x(row), y(row), p.points);
      }
      case 'rows': {
        const set = new Set(p.rows);
        return (row) => set.has(row);
      }
      case 'objects': {
        const rows = new Set(p.ids.flatMap((id) => this.objects.get(id) ?? []));
        const band = p.band !== undefined && this.roles.band ? this.columns.get(this.roles.band) : undefined;
        return (row) => rows.has(row) && (!band || band[row] === p.band);
      }
      case 'objects-where':
        throw new Error('the stand-in has no object table');
      case 'flag': {
        const flag = this.flags.get(p.name)?.rows;
        const bits = this.data.fileFlags.find((f) => f.name === p.name)?.bits;
        const quality = bits && this.columns.get(bits.column);
        return (row) => (flag ? flag[row] === 1 : quality && bits ? (Number(quality[row]) & bits.bit) !== 0 : false);
      }
      case 'compare': {
        const values = this.columns.get(p.column) ?? [];
        return (row) => {
          const v = values[row]!;
          return { '<': v < p.value, '<=': v <= p.value, '>': v > p.value, '>=': v >= p.value, '==': v === p.value, '!=': v !== p.value }[p.op];
        };
      }
      case 'and': {
        const tests = p.of.map((q) => this.test(q));
        return (row) => tests.every((t) => t(row));
      }
      case 'or': {
        const tests = p.of.map((q) => this.test(q));
        return (row) => tests.some((t) => t(row));
      }
      case 'not': {
        const inner = this.test(p.of);
        return (row) => !inner(row);
      }
      case 'expression':
        throw new Error('the harness does not evaluate expressions');
    }
  }

  rowsOf(set: RowSet): number[] {
    const base = set.object !== undefined ? (this.objects.get(set.object) ?? []) : Array.from({ length: this.rows }, (_, i) => i);
    const band = set.band !== undefined && this.roles.band ? this.columns.get(this.roles.band) : undefined;
    const where = set.where ? this.test(set.where) : undefined;
    const flagged = set.flagged && set.flagged !== 'show' ? this.flagged() : undefined;
    return base.filter(
      (row) => (!band || band[row] === set.band) && (!where || where(row)) && (!flagged || (flagged[row] === 1) === (set.flagged === 'only')),
    );
  }
}

function insidePolygon(x: number, y: number, points: readonly (readonly [number, number])[]): boolean {
  let inside = false;
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const [xi, yi] = points[i]!;
    const [xj, yj] = points[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}
