/** Small multiples: panels in reading order, as many beside each other as fit. */
export interface Panels<T> {
  columns: number;
  rows: number;
  /** Width of a panel with its margins. */
  width: number;
  at: (item: T) => {column: number; row: number};
  /** Rows of panels of a height, with room for a title between them: their height in all, and the scale that places them. */
  stack: (height: number) => {height: number; scale: {axis: null; paddingInner: number; paddingOuter: number}};
}

export function panels<T>(
  items: readonly T[],
  width: number,
  {least, most}: {least?: number; most?: number} = {}
): Panels<T> {
  const many = items.length > 9;
  const columns = Math.max(
    1,
    Math.min(items.length, most ?? (many ? 4 : 3), Math.floor(width / (least ?? (many ? 205 : 250))))
  );
  const place = new Map(items.map((item, i) => [item, {column: i % columns, row: Math.floor(i / columns)}]));
  const rows = Math.ceil(items.length / columns);
  const between = 84;
  return {
    columns,
    rows,
    width: width / columns,
    at: (item) => place.get(item)!,
    stack: (height) => ({
      height: rows * height + (rows - 1) * between,
      scale: {axis: null, paddingInner: rows > 1 ? between / (height + between) : 0, paddingOuter: 0}
    })
  };
}
