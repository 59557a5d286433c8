import {z} from "zod";
import {rightAndWrong} from "./choices.js";
import {parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";
import {fill, groupOf, normalise} from "./text.js";

const prompt = "{context}\nEnding: {ending}\nPlausible:";

const row = z.object({
  ctx_a: z.string(),
  ctx_b: z.string(),
  ctx: z.string(),
  endings: z.array(z.string()).length(4),
  source_id: z.string(),
  label: z.enum(["", "0", "1", "2", "3"])
});

/** How a description of a video or a page of instructions goes on (HellaSwag). */
export const hellaswag: Task = {
  name: "hellaswag",
  title: "HellaSwag",
  licence: "MIT for the set; the texts of WikiHow and ActivityNet have terms of their own",
  attribution:
    "Zellers et al., HellaSwag: Can a Machine Really Finish Your Sentence?, ACL 2019; texts from WikiHow and ActivityNet " +
    "Captions (Krishna et al. 2017)",
  publishable: false,
  conversion:
    "each question gives two examples, its right ending and one of its wrong ones, drawn by the question's id; marks like " +
    "[title] are left out; questions share a group where they share a first sentence, a page or a video, or where one's " +
    "right ending is the other's context",
  positive: "the ending as it was written",
  negative: "a generated ending",
  prompt,
  pool: [{kind: "hub", dataset: "Rowan/hellaswag", config: "default", split: "train"}],
  test: [{kind: "hub", dataset: "Rowan/hellaswag", config: "default", split: "validation"}],
  sample: {
    ind: 0,
    activity_label: "Home and Garden",
    ctx_a: "[header] How to dry herbs [title] Tie them in small bunches. [step] Thick bunches stay damp inside.",
    ctx_b: "",
    ctx: "[header] How to dry herbs [title] Tie them in small bunches. [step] Thick bunches stay damp inside.",
    endings: [
      "Boil the bunches twice before you plant them in the shade.",
      "Your herbs will then be ready to swim in a large pool.",
      "[substeps] Use no more than ten stems, and leave the string loose enough for air to pass.",
      "Ask the string whether it has been dried by somebody else."
    ],
    source_id: "",
    split: "train",
    split_type: "indomain",
    label: "2"
  },
  convert: (rows, source) =>
    parseRows(row, rows, source).flatMap(({ctx_a, ctx_b, ctx, endings, source_id, label}, i) => {
      if (label === "") return [];
      const id = `${splitOf(source)}/${i}`;
      const right = Number(label);
      const ties = [`${ctx_b} ${endings[right]}`, ...(source_id === "" ? [] : [source_id])].map(groupOf);
      return rightAndWrong(id, endings.map(withoutMarks), [right]).map(({option, text, label}) => ({
        id: `${id}/${option}`,
        group: groupOf(headerOf(normalise(ctx_a) === "" ? ctx : ctx_a)),
        ties,
        text: fill(prompt, {context: withoutMarks(ctx), ending: text}),
        label
      }));
    })
};

/** The name of a page of instructions, which all of its questions begin with; other contexts as they are. */
const headerOf = (context: string) => (context.startsWith("[header]") ? context.split("[title]")[0] : context);

/** Text without the marks of WikiHow's layout; a title ends in a full stop. A sentence that is not there leaves none. */
function withoutMarks(text: string): string {
  return text
    .replace(/([^.!?\s])\s*\[title\]/g, "$1.")
    .replace(/\[(header|title|step|substeps)\]/g, " ")
    .replace(/^[\s.]+/, "")
    .replace(/\s+/g, " ")
    .trim();
}
