import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, expect, test} from "vitest";
import {buildOnce} from "../../loaders/site/buildOnce.js";
import {addPublished} from "../../loaders/tables/live.js";

let folder: string;
let builds: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "w2s-live-"));
  builds = 0;
  await write("published/first/study.json", "{}");
  await write("published/second/study.json", "{}");
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const at = (path: string) => join(folder, path);

async function write(path: string, content: string): Promise<void> {
  await mkdir(join(at(path), ".."), {recursive: true});
  await writeFile(at(path), content);
}

const addTo = (live: string[]) => addPublished(at("published"), at("live"), live);

/** Builds as the demo does, replacing the site that was there. */
const build = (from = "live", page = "first/index.html") =>
  buildOnce(at("dist"), {
    from: [at(from)],
    page,
    build: async () => {
      builds++;
      await rm(at("dist"), {recursive: true, force: true});
      await write("dist/first/index.html", "report");
    }
  });

test("a site is built again only where what it is built from has changed", async () => {
  await addTo([]);
  await build();
  await addTo([]);
  await build();
  expect(builds).toBe(1);
  await write("published/second/study.json", '{"more": 1}');
  await addTo([]);
  await build();
  expect(builds).toBe(2);
});

test("a site that was replaced, lacks the report or came from another cache is built again", async () => {
  await addTo([]);
  await build();
  await rm(at("dist"), {recursive: true});
  await write("dist/first/index.html", "another");
  await build();
  expect(await readFile(at("dist/first/index.html"), "utf8")).toBe("report");
  await rm(at("dist/first/index.html"));
  await build();
  expect(builds).toBe(3);
  await addPublished(at("published"), at("other"), []);
  await build("other");
  expect(builds).toBe(4);
});

test("a build without the report is an error, not an address that leads nowhere", async () => {
  await addTo([]);
  await expect(build("live", "demo/index.html")).rejects.toThrow(
    "expected the built site to have the page: demo/index.html"
  );
});

test("live tables stay, published ones are copied, what is neither goes", async () => {
  for (const name of ["first", "gone"]) {
    await write(`live/${name}/signature`, "s");
    await write(`live/${name}/study.json`, "live");
  }
  await write("live/unpublished/study.json", "old copy");
  await write("live/second/features-old.parquet", "old copy");
  await addTo(["first", "second"]);
  expect((await readdir(at("live"))).sort()).toEqual(["first", "second"]);
  expect(await readFile(at("live/first/study.json"), "utf8")).toBe("live");
  expect(await readdir(at("live/second"))).toEqual(["study.json"]);
});
