import {expect, test} from "vitest";
import {duration, Progress} from "../../loaders/progress.js";

function recorded(isTTY: boolean) {
  const written: string[] = [];
  let time = 0;
  const progress = new Progress({write: (text) => written.push(text), isTTY, columns: 80}, () => time);
  return {progress, written, at: (milliseconds: number) => (time = milliseconds)};
}

test("without a terminal: a line at the start, one every five seconds, one at the end, with the time that is left", () => {
  const {progress, written, at} = recorded(false);
  progress.stage("texts", 100);
  for (let i = 1; i <= 10; i++) {
    at(1000 * i);
    progress.advance("texts", 10);
  }
  // The rate is that of what came after the first advance: 10 texts a second from 1 s on.
  expect(written).toEqual([
    "texts: 10 of 100 (10 %)\n",
    "texts: 60 of 100 (60 %), 4 s left\n",
    "texts: 100 of 100 (100 %), in 9 s\n"
  ]);
});

test("a message on a terminal does not overwrite the line that is being rewritten", () => {
  const {progress, written} = recorded(true);
  progress.stage("texts", 2);
  progress.advance("texts", 1);
  progress.message("hello");
  expect(written.join("")).toBe("texts: 1 of 2 (50 %)\r\u001b[2Khello\n");
});

test("what was not announced is not shown, and nothing ends twice", () => {
  const {progress, written} = recorded(false);
  progress.advance("unknown", 1);
  progress.stage("runs", 1);
  progress.advance("runs", 1);
  progress.advance("runs", 0);
  expect(written).toEqual(["runs: 1 of 1 (100 %), in 0 ms\n"]);
});

test("durations as people write them", () => {
  expect([0, 400, 1600, 89_000, 120_000, 3 * 3_600_000].map(duration)).toEqual([
    "0 ms",
    "400 ms",
    "2 s",
    "89 s",
    "2 min",
    "3.0 h"
  ]);
});
