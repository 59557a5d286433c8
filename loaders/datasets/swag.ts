import {z} from "zod";
import {rightAndWrong} from "./choices.js";
import {parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";
import {fill, groupOf} from "./text.js";

const prompt = "{first}\nNext: {start} {ending}\nPlausible:";

const row = z.object({
  "video-id": z.string(),
  sent1: z.string(),
  sent2: z.string(),
  ending0: z.string(),
  ending1: z.string(),
  ending2: z.string(),
  ending3: z.string(),
  label: z.int().min(-1).max(3)
});

/** What happens next in a video, after one of its captions (SWAG). */
export const swag: Task = {
  name: "swag",
  title: "SWAG",
  licence: "MIT for the set; the captions of LSMDC and ActivityNet have terms of their own",
  attribution:
    "Zellers et al., SWAG: A Large-Scale Adversarial Dataset for Grounded Commonsense Inference, EMNLP 2018; captions from " +
    "LSMDC (Rohrbach et al. 2017) and ActivityNet Captions (Krishna et al. 2017)",
  publishable: false,
  conversion:
    "each question gives two examples, its right ending and one of its wrong ones, drawn by the question's id; questions " +
    "share a group where they share a first caption or a video, or where one's right ending is the other's first caption",
  positive: "the caption that follows",
  negative: "a generated ending",
  prompt,
  warning: "where only the first 500 questions of its validation rows are at hand, intervals are wide",
  pool: [{kind: "hub", dataset: "allenai/swag", config: "regular", split: "train"}],
  test: [{kind: "hub", dataset: "allenai/swag", config: "regular", split: "validation"}],
  sample: {
    "video-id": "",
    "fold-ind": "",
    startphrase: "A girl lays a plank across the stream. She",
    sent1: "A girl lays a plank across the stream.",
    sent2: "She",
    "gold-source": "gold",
    ending0: "pours the plank into a glass.",
    ending1: "walks over it with her arms spread.",
    ending2: "is painted by the stream again.",
    ending3: "plays the last note and bows.",
    label: 1
  },
  convert: (rows, source) =>
    parseRows(row, rows, source).flatMap(({"video-id": video, sent1, sent2, label, ...endings}, i) => {
      if (label === -1) return [];
      const id = `${splitOf(source)}/${i}`;
      const options = [endings.ending0, endings.ending1, endings.ending2, endings.ending3];
      const ties = [`${sent2} ${options[label]}`, ...(video === "" ? [] : [filmOf(video)])].map(groupOf);
      return rightAndWrong(id, options, [label]).map(({option, text, label}) => ({
        id: `${id}/${option}`,
        group: groupOf(sent1),
        ties,
        text: fill(prompt, {first: sent1.trim(), start: sent2.trim(), ending: text}),
        label
      }));
    })
};

/** The clips of a film of LSMDC are numbered: `lsmdc1001_Title-12345`. */
const filmOf = (video: string) => (video.startsWith("lsmdc") ? video.replace(/-\d+$/, "") : video);
