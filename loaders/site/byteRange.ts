/** Bytes of a file that a request asks for, by its Range header; null where it asks for all of it, or for what no one server need know. */
export function byteRange(header: string | undefined, size: number): {start: number; end: number} | null {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (!size || (!from && !to)) return null;
  const start = from ? Number(from) : Math.max(0, size - Number(to));
  const end = from && to ? Math.min(Number(to), size - 1) : size - 1;
  return start <= end ? {start, end} : null;
}
