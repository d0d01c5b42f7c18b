import { computed, inject, shallowRef, watchEffect, type ComputedRef, type ShallowRef } from 'vue';
import { SESSION, type SelectMode, type Session, type ViewSpec } from '../../client/session';
import type { TableInfo } from '../../../core/protocol/engine-service';
import type { RowSet } from '../../../core/query/query';
import type { Axis, Predicate } from '../../../core/select/predicate';
import { hasObjects } from './axis-info';
import type { Viewport } from './frame';
import { shapePredicate, withinObject, type Shape, type Tool } from './shape';

export interface ViewContext {
  readonly session: Session;
  readonly spec: ComputedRef<ViewSpec>;
  readonly table: ComputedRef<TableInfo | undefined>;
  /** The rows the view shows; undefined while an object has to be chosen first. */
  readonly rows: ComputedRef<RowSet | undefined>;
  readonly tool: ShallowRef<Tool>;
  /** Undefined = everything (the axes' home). */
  readonly viewport: ShallowRef<Viewport | undefined>;
  readonly selection: ComputedRef<Predicate | undefined>;
  option<T>(name: string, initial: T): T;
  setOption(name: string, value: unknown): void;
  setAxis(which: 'x' | 'y', axis: Axis | undefined): void;
  toggleTool(tool: Tool): void;
  select(predicate: Predicate, mode: SelectMode): void;
  selectShape(shape: Shape, x: Axis, y: Axis, mode: SelectMode): void;
  pick(row: number, mode: SelectMode): void;
  activate(): void;
}

/** What every view of the window does alike: its table, the rows it shows, its options, tools and how it selects. */
export function useView(
  props: { readonly spec: ViewSpec },
  emit: (event: 'update:spec', spec: ViewSpec) => void,
  firstTool: Tool = 'pan',
): ViewContext {
  const session = inject<Session>(SESSION);
  if (!session) throw new Error('a view needs the session of its window (provide SESSION)');
  const spec = computed(() => props.spec);
  const table = computed(() => {
    const id = props.spec.table;
    return id === undefined ? session.table.value : session.tables.value.find((t) => t.id === id);
  });
  const followsObject = computed(() => props.spec.follow === 'object' && hasObjects(table.value));
  // The current object belongs to the current table: a view of another table stays at the object it showed.
  const own = shallowRef<{ object: string | undefined; band: string | undefined }>({ object: undefined, band: undefined });
  watchEffect(
    () => {
      if (session.table.value?.id !== table.value?.id) return;
      const [object, band] = [session.object.value, session.band.value];
      if (object !== own.value.object || band !== own.value.band) own.value = { object, band };
    },
    { flush: 'sync' },
  );
  const rows = computed<RowSet | undefined>(() => {
    const flagged = props.spec.options.flagged === 'hide' ? ('hide' as const) : ('show' as const);
    if (props.spec.follow === 'table') return { flagged };
    const hasBands = table.value?.roles.band !== undefined;
    const band = hasBands ? own.value.band : undefined;
    if (!followsObject.value) return band === undefined ? { flagged } : { band, flagged };
    const object = own.value.object;
    return object === undefined ? undefined : band === undefined ? { object, flagged } : { object, band, flagged };
  });
  const tool = shallowRef<Tool>(firstTool);
  const viewport = shallowRef<Viewport | undefined>();

  const change = (patch: Partial<ViewSpec>): void => emit('update:spec', { ...props.spec, ...patch });
  const select = (predicate: Predicate, mode: SelectMode): void => {
    const narrowed = withinObject(predicate, followsObject.value ? own.value.object : undefined, rows.value?.band);
    session.select(narrowed, props.spec.id, mode);
  };
  return {
    session,
    spec,
    table,
    rows,
    tool,
    viewport,
    selection: computed(() => session.selection.value?.predicate),
    option: <T>(name: string, initial: T): T => (props.spec.options[name] as T | undefined) ?? initial,
    setOption: (name, value) => change({ options: { ...props.spec.options, [name]: value } }),
    setAxis: (which, axis) => change({ [which]: axis }),
    toggleTool: (next) => void (tool.value = tool.value === next ? 'pan' : next),
    select,
    selectShape: (shape, x, y, mode) => select(shapePredicate(shape, x, y), mode),
    pick: (row, mode) => session.select({ kind: 'rows', rows: [row] }, props.spec.id, mode),
    activate: () => void (session.activeView.value = props.spec.id),
  };
}
