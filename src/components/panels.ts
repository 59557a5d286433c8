/** Small multiples: panels in reading order, as many beside each other as fit. */
export interface Panels<T> {
  columns: number;
  rows: number;
  /** Width of a panel with its margins. */
  width: number;
  at: (item: T) => {column: number; row: number};
}

export function panels<T>(
  items: readonly T[],
  width: number,
  {least = 250, most = 3}: {least?: number; most?: number} = {}
): Panels<T> {
  const columns = Math.max(1, Math.min(items.length, most, Math.floor(width / least)));
  const place = new Map(items.map((item, i) => [item, {column: i % columns, row: Math.floor(i / columns)}]));
  return {columns, rows: Math.ceil(items.length / columns), width: width / columns, at: (item) => place.get(item)!};
}
