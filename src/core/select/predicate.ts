/**
 * Predicates: which rows, said in terms of the data, so that a gesture can be replayed on another table. `mask(p, table)` of this
 * folder evaluates them; `columnsOf(p)` names the columns they need.
 */

/** A number for every row: a column, an expression over columns, or the phase of a time column. */
export type Axis =
  | { readonly column: string }
  | { readonly expression: string }
  /** phase = frac((t - epoch) / period), in [0, 1), or in [-0.5, 0.5) when `centred`. */
  | { readonly phase: { readonly column: string; readonly period: number; readonly epoch: number; readonly centred?: boolean } };

export type CompareOp = '<' | '<=' | '>' | '>=' | '==' | '!=';

export type Predicate =
  /** low <= x <= high; an absent bound is open. NaN and null are outside. */
  | { readonly kind: 'range'; readonly axis: Axis; readonly low?: number; readonly high?: number }
  /** Inside the polygon by the even-odd rule in data coordinates; a point on an edge counts by the half-open rule (x left, y bottom). */
  | { readonly kind: 'polygon'; readonly x: Axis; readonly y: Axis; readonly points: readonly (readonly [number, number])[] }
  | { readonly kind: 'compare'; readonly column: string; readonly op: CompareOp; readonly value: number | string | boolean }
  | { readonly kind: 'expression'; readonly expression: string }
  /** Rows of these objects, by their identifier as text. */
  | { readonly kind: 'objects'; readonly ids: readonly string[]; readonly band?: string }
  /** Rows of the objects whose numbers (columns of the object table: what steps found, rows, scatter, label …) fulfil `of`. */
  | { readonly kind: 'objects-where'; readonly of: Predicate }
  | { readonly kind: 'flag'; readonly name: string }
  /** Picked by hand; not portable to another table. */
  | { readonly kind: 'rows'; readonly rows: readonly number[] }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Predicate[] }
  | { readonly kind: 'not'; readonly of: Predicate };
