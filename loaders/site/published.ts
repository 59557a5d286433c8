import {existsSync, readFileSync, readdirSync} from "node:fs";
import {join, resolve} from "node:path";
import type {Study} from "../../src/study.js";
import {reservedStudyNames, studySchema} from "../../src/study.js";

/** Folder of the published studies: `W2S_PUBLISHED`, or data/published. */
export function publishedFolder(): string {
  return resolve(process.env.W2S_PUBLISHED ?? "data/published");
}

/** The published studies, by name. Throws where a study.json is not what the site expects. */
export function publishedStudies(folder = publishedFolder()): Study[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "study.json")))
    .sort()
    .map((name) => readStudy(folder, name));
}

function readStudy(folder: string, name: string): Study {
  const file = join(folder, name, "study.json");
  const parsed = studySchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!parsed.success) {
    const {path, message} = parsed.error.issues[0];
    throw new Error(`invalid ${name}/study.json: ${path.join(".")}: ${message.toLowerCase()}`);
  }
  if (parsed.data.study !== name)
    throw new Error(`expected study.json to name its folder ${name}: ${parsed.data.study}`);
  if (reservedStudyNames.includes(name))
    throw new Error(`expected a study name that the site does not use itself: ${name}`);
  return parsed.data;
}
