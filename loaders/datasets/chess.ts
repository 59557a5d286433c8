import {Chess, validateFen} from "chess.js";
import {z} from "zod";
import {sha256} from "../hash.js";
import {findMove, plain, play} from "./chessMove.js";
import {parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";
import {fill} from "./text.js";

const prompt = "FEN: {position}\nBest move:";

/** Puzzles read of a source that has more: the whole of it has millions. */
const most = 20_000;

const row = z.object({PuzzleId: z.string(), GameId: z.string(), FEN: z.string(), Moves: z.string()});

/** Chess puzzles: the best move of a position. The source has no game before the position. */
export const chess: Task = {
  name: "chess",
  title: "Chess puzzles",
  kind: "generation",
  domain: "chess",
  licence: "CC0 1.0",
  attribution: "Lichess puzzle database, lichess.org",
  publishable: true,
  conversion:
    "the first move of a puzzle is the opponent's and is played, the answer is the second, in SAN without + and #; " +
    "puzzles of one game share a group; rows whose moves are not legal are left out, and mates that another move gives " +
    `as well; of more than ${most.toLocaleString("en-US")} puzzles those whose games have the lowest hashes are read`,
  positive: "the puzzle's move",
  negative: "another move, or none",
  prompt,
  pool: [{kind: "hub", dataset: "Lichess/chess-puzzles", config: "default", split: "train"}],
  test: [],
  sample: {
    PuzzleId: "invented",
    GameId: "invented",
    FEN: "6k1/5ppp/p7/8/8/8/5PPP/3R2K1 b - - 0 30",
    Moves: "a6a5 d1d8"
  },
  convert: (rows, source) =>
    firstByHash(parseRows(row, rows, source)).flatMap(({PuzzleId, GameId, FEN, Moves}) => {
      const puzzle = puzzleOf(FEN, Moves);
      if (!puzzle) return [];
      const {position, answer} = puzzle;
      return [{id: `${splitOf(source)}/${PuzzleId}`, group: GameId, text: fill(prompt, {position}), label: 1, answer}];
    }),
  parse(output, text) {
    const [position] = text.slice(text.lastIndexOf("FEN: ") + "FEN: ".length).split("\n");
    const written = findMove(output.split("FEN:")[0]);
    const san = written && play(new Chess(position), written);
    return san ? plain(san) : null;
  }
};

/** The position after the opponent's move, and the answer to it; null where there is none, or not only one. */
function puzzleOf(fen: string, moves: string): {position: string; answer: string} | null {
  if (!validateFen(fen).ok) return null;
  const board = new Chess(fen);
  const [theirs, ours] = moves.split(" ");
  if (!ours || !play(board, theirs)) return null;
  const position = board.fen();
  const answer = play(board, ours);
  if (!answer) return null;
  board.undo();
  if (answer.endsWith("#") && board.moves().filter((san) => san.endsWith("#")).length > 1) return null;
  return {position, answer: plain(answer)};
}

function firstByHash<T extends {GameId: string}>(puzzles: T[]): T[] {
  if (puzzles.length <= most) return puzzles;
  return puzzles
    .map((puzzle) => ({puzzle, hash: sha256(puzzle.GameId)}))
    .sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0))
    .slice(0, most)
    .map(({puzzle}) => puzzle);
}
