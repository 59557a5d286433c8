import {mkdtemp, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {chess} from "../../loaders/datasets/chess.js";
import {loadTask} from "../../loaders/datasets/rows.js";
import {split, splitNames} from "../../loaders/datasets/split.js";
import type {Example} from "../../loaders/datasets/task.js";
import {realRowsThere, serveRealRows} from "./realRows.js";

const puzzle = (FEN: string, Moves: string, PuzzleId = "p", GameId = "g") => ({PuzzleId, GameId, FEN, Moves});
const convert = (...rows: object[]) => chess.convert(rows as Record<string, unknown>[], chess.pool[0]);
const textOf = (fen: string) => `FEN: ${fen}\nBest move:`;

/** Both rooks reach f1, a pawn is about to promote, and White may castle. */
const position = "7k/4P3/8/8/8/8/5R2/R3K2R w KQ - 0 1";
/** Two knights, of which one reaches d2. */
const knights = "4k3/8/8/8/8/8/8/RN2K1N1 w - - 0 1";

describe("chess puzzles", () => {
  it("play the opponent's move and ask for the next, in SAN without the mark of mate", () => {
    expect(convert(chess.sample!)).toEqual([
      {
        id: "train/invented",
        group: "invented",
        text: "FEN: 6k1/5ppp/8/p7/8/8/5PPP/3R2K1 w - - 0 31\nBest move:",
        label: 1,
        answer: "Rd8"
      }
    ]);
  });

  it("leave out what is no puzzle", () => {
    const good = "6k1/5ppp/p7/8/8/8/5PPP/3R2K1 b - - 0 30";
    expect(convert(puzzle(good, "a6a5 d1d8"))).toHaveLength(1);
    for (const moves of ["a6a4 d1d8", "a6a5 d1c8", "a6a5", "", "a6a5 g1g3"])
      expect([moves, convert(puzzle(good, moves))]).toEqual([moves, []]);
    for (const fen of ["", "6k1/5ppp/p7/8/8/8/5PPP/3R2K1", "8/8/8/8/8/8/8/3R2K1 b - - 0 30"])
      expect(convert(puzzle(fen, "a6a5 d1d8"))).toEqual([]);
    // Rooks on d1 and e1 both mate on the back rank.
    expect(convert(puzzle("6k1/5ppp/p7/8/8/8/5PPP/3RR1K1 b - - 0 30", "a6a5 d1d8"))).toEqual([]);
  });

  it("read some of a source that has too many, whichever order it has them in", () => {
    const rows = Array.from({length: 20_010}, (_, i) => puzzle("", "", `p${i}`, `g${i}`));
    const good = rows.map((row, i) =>
      i % 2000 === 0 ? {...row, FEN: "6k1/5ppp/p7/8/8/8/5PPP/3R2K1 b - - 0 30", Moves: "a6a5 d1d8"} : row
    );
    const kept = convert(...good).map(({id}) => id);
    expect(kept.length).toBeGreaterThan(0);
    expect(
      convert(...good.toReversed())
        .map(({id}) => id)
        .sort()
    ).toEqual(kept.sort());
    expect(convert(...good.slice(0, 10)).map(({id}) => id)).toEqual(["train/p0"]);
  });
});

describe("the move in what a model wrote", () => {
  it.each([
    [" Nf3", "Nf3", "4k3/8/8/8/8/8/8/4K1N1 w - - 0 1"],
    ["1. Nf3 Nf6 2. g3", "Nf3", "4k3/8/8/8/8/8/8/4K1N1 w - - 0 1"],
    ["12...Nf3!?", "Nf3", "4k3/8/8/8/8/8/8/4K1N1 w - - 0 1"],
    ["The best move is **g1f3**.", "Nf3", "4k3/8/8/8/8/8/8/4K1N1 w - - 0 1"],
    ["Ng1-f3", "Nf3", "4k3/8/8/8/8/8/8/4K1N1 w - - 0 1"],
    ["Ng1f3", "Nf3", "4k3/8/8/8/8/8/8/4K1N1 w - - 0 1"],
    ["O-O", "O-O", position],
    ["0-0-0", "O-O-O", position],
    ["e1c1", "O-O-O", position],
    ["e8=Q+", "e8=Q", position],
    ["e8N", "e8=N", position],
    ["e7e8r", "e8=R", position],
    ["Rf8+", "Rf8", position],
    ["Rff1", "Rff1", position],
    ["a1a8", "Ra8", position],
    ["Nd2", "Nd2", knights],
    ["Nbd2", "Nd2", knights]
  ])("%j is %s", (output, answer, fen) => {
    expect(chess.parse!(output, textOf(fen))).toBe(answer);
  });

  it.each([
    ["", position],
    ["I do not know", position],
    ["e7e8", position],
    ["e8", position],
    ["Rf1", position],
    ["Qd4", position],
    ["Ke2, or e8=Q", "4k3/8/8/8/8/8/4B3/4K3 w - - 0 1"],
    ["--", position],
    ["e", position],
    ["house3 be4t", position],
    ["FEN: 7k/4P3/8/8/8/8/5R2/R3K2R w KQ e3 0 1\nBest move: Rf8", position]
  ])("there is none in %j", (output, fen) => {
    expect(chess.parse!(output, textOf(fen))).toBeNull();
  });

  it("is read in the last position of a text with several", () => {
    expect(chess.parse!("Nf3", `${textOf(position)} e8=Q\n\n${textOf("4k3/8/8/8/8/8/8/4K1N1 w - - 0 1")}`)).toBe("Nf3");
  });
});

describe.skipIf(!realRowsThere)("real puzzles", () => {
  let cache: string;
  let examples: Example[];
  beforeAll(async () => {
    cache = await mkdtemp(join(tmpdir(), "moves-"));
    const hub = await serveRealRows();
    ({examples} = await loadTask(chess, {cache, endpoint: hub.endpoint}).finally(() => hub.close()));
  }, 60_000);
  afterAll(() => rm(cache, {recursive: true, force: true}));

  it("are 4,000, of which 30 have another mate", () => {
    expect(examples).toHaveLength(3970);
    expect(examples.every(({label}) => label === 1)).toBe(true);
    expect(examples.every(({answer}) => /^[^+#]+$/.test(answer!))).toBe(true);
  });

  it("ask for the second move: the opponent's has been played", () => {
    // a2a7 takes a pawn: the FEN of the row has it on a7 and the rook on a2; e5e3 takes on e3.
    expect(examples.find(({id}) => id === "train/tewjc")).toMatchObject({
      group: "SLbfzQtP",
      text: "FEN: r5k1/Rp3p1p/2b2qp1/3pr3/8/4P2P/2PN1PP1/Q3K2R b K - 0 19\nBest move:",
      answer: "Rxe3"
    });
    expect(examples.find(({id}) => id === "train/0kDWS")?.answer).toBe("Rb5");
    expect(examples.find(({id}) => id === "train/LDIfb")?.answer).toBe("Qa4");
  });

  it("are divided without balance", () => {
    const sizes = {supervision: 300, transfer: 400, test: 200, pool: 1000};
    const splits = split(examples, [], {task: "chess", kind: chess.kind, seed: 1, sizes});
    expect(splitNames.map((name) => splits[name].length)).toEqual([240, 60, 320, 80, 200]);
  });
});
