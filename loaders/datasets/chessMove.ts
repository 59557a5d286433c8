import type {Chess} from "chess.js";

/** A move as SAN or UCI write it, not inside a longer word. */
const notation = /(?<!\w)(?:[O0]-[O0](?:-[O0])?|[KQRBN]?[a-h]?[1-8]?[x-]?[a-h][1-8](?:=?[QRBNqrbn])?)(?!\w)/;

/** The first move in a text, legal or not, as it is written there. */
export function findMove(text: string): string | null {
  return text.match(notation)?.[0] ?? null;
}

/** Plays a move given in SAN or UCI and says it in SAN; null, and nothing is played, where it is not legal. */
export function play(board: Chess, written: string): string | null {
  const promotes = written.match(/([QRBNqrbn])$/)?.[1].toUpperCase();
  const move = promotes ? written.slice(0, -1) + promotes : written;
  try {
    const {san, promotion} = board.move(move);
    if (!promotion || promotes) return san;
    board.undo();
    return null;
  } catch {
    return null;
  }
}

/** SAN without the marks of check and mate, which writers leave out. */
export const plain = (san: string): string => san.replace(/[+#]$/, "");
