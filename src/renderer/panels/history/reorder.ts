/** The list with the item at `from` put before the item that stands at `to` (`to` = length: at the end). */
export function moved<T>(list: readonly T[], from: number, to: number): readonly T[] {
  const item = list[from];
  if (item === undefined || to === from || to === from + 1) return list;
  const rest = [...list.slice(0, from), ...list.slice(from + 1)];
  rest.splice(to > from ? to - 1 : to, 0, item);
  return rest;
}
