import {existsSync} from "node:fs";
import {mkdir, symlink, writeFile} from "node:fs/promises";
import {join} from "node:path";
import {inject} from "vitest";
import {withLock} from "../../loaders/lock.js";
import {buildSite} from "../../loaders/site/build.js";
import {publishedFolder, publishedStudies} from "../../loaders/site/published.js";
import type {Study} from "../../src/study.js";
import {writePlantedAlice} from "./plantedAlice.js";
import {writePlantedAlicePaper} from "./plantedAlicePaper.js";
import {writePlantedGrid} from "./plantedGrid.js";
import {writePlantedLadder} from "./plantedLadder.js";
import {writePlantedPeeking} from "./plantedPeeking.js";
import {writePlantedStudy} from "./plantedStudy.js";
import {writePlantedTeachers} from "./plantedTeachers.js";
import {serveSite} from "./siteServer.js";

export interface PlantedSite {
  url: string;
  /** Where the site was built: `dist`, from `studies`. */
  folder: string;
  studies: Study[];
  close: () => Promise<void>;
}

/** Serves the site of all planted and committed studies, which the first test file of a run that asks for it builds. */
export async function plantedSite(): Promise<PlantedSite> {
  const folder = inject("runFolder");
  const [studies, dist, whole] = ["studies", "dist", "whole"].map((name) => join(folder, name));
  await withLock(join(folder, "lock"), async () => {
    if (existsSync(whole)) return;
    await writeStudies(studies);
    await mkdir(dist, {recursive: true});
    await writeFile(join(dist, "old.html"), "");
    await buildSite(dist, {published: studies});
    await writeFile(whole, "");
  });
  return {...(await serveSite(dist, "/sub/path/")), folder, studies: publishedStudies(studies)};
}

async function writeStudies(folder: string): Promise<void> {
  const planted = await writePlantedStudy(folder);
  await writePlantedStudy(folder, {name: "leaky", leak: "saw gold labels of transfer"});
  await writePlantedGrid(folder);
  await writePlantedAlice(folder);
  await writePlantedAlicePaper(folder);
  await writePlantedLadder(folder);
  await writePlantedPeeking(folder);
  await writePlantedTeachers(folder);
  // A study that has been declared and not yet run.
  await mkdir(join(folder, "unrun"), {recursive: true});
  await writeFile(
    join(folder, "unrun", "study.json"),
    JSON.stringify({...planted, study: "unrun", features: [], command: "w2s run unrun"})
  );
  for (const {study} of publishedStudies())
    if (!existsSync(join(folder, study))) await symlink(join(publishedFolder(), study), join(folder, study), "dir");
}
