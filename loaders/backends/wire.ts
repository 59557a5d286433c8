import {z} from "zod";

/** Replies of a backend, as far as the lab reads them. The wire format is docs/backend.md. */

const oneLine = z.string().transform((text) => {
  const [line] = text.trim().split("\n");
  return line.length > 300 ? `${line.slice(0, 300)}...` : line;
});
const errorBody = z.object({
  message: oneLine,
  code: z.union([z.string(), z.number()]).nullish(),
  type: z.string().nullish()
});

/** OpenAI's shape, and what others make of it; nothing where the reply is none of these. */
export const errorReply = z
  .union([
    z.object({error: errorBody}).transform(({error}) => error),
    z.object({error: oneLine}).transform(({error}) => ({message: error})),
    errorBody,
    z.object({detail: oneLine}).transform(({detail}) => ({message: detail}))
  ])
  .transform((body): Partial<z.output<typeof errorBody>> => body)
  .catch({});

export const healthReply = z.object({
  w2s: z.object({
    name: z.string(),
    device: z.string(),
    versions: z.record(z.string(), z.string()),
    rows: z.int().positive().default(64)
  })
});

/** Of ours under `w2s`; other servers say nothing there. */
export const modelReply = z.object({
  w2s: z
    .object({
      weights: z.string(),
      layers: z.number().int(),
      hidden_size: z.number().int(),
      parameters: z.number().int(),
      revision: z.string().nullish()
    })
    .optional()
});

export const poolingReply = z.object({
  data: z.array(z.object({index: z.number().int(), data: z.array(z.base64())})),
  usage: z.object({prompt_tokens: z.number().int()}),
  w2s: z.object({cut: z.number().int(), weights: z.string().optional()})
});

export const classifyReply = z.object({
  data: z.array(z.object({index: z.number().int(), probs: z.array(z.number()).length(2)})),
  usage: z.object({prompt_tokens: z.number().int()})
});

/** OpenAI's older form, which completions keep: lists with one entry a token. */
const lists = z
  .object({tokens: z.array(z.string()), token_logprobs: z.array(z.number().nullable())})
  .refine(({tokens, token_logprobs: logprobs}) => tokens.length === logprobs.length, "expected one per token");

/** The form of chats, in which llama.cpp's server answers for completions, too. */
const content = z
  .object({content: z.array(z.object({token: z.string(), logprob: z.number().nullable()}))})
  .transform(({content}) => ({
    tokens: content.map(({token}) => token),
    token_logprobs: content.map(({logprob}) => logprob)
  }));

const usage = z.object({total_tokens: z.number().int(), completion_tokens: z.number().int().optional()}).nullish();

export const completionsReply = z.object({
  choices: z.array(
    z.object({
      index: z.number().int(),
      text: z.string(),
      finish_reason: z.enum(["stop", "length"]),
      logprobs: z.union([lists, content]).nullish()
    })
  ),
  usage,
  w2s: z.object({weights: z.string().optional()}).optional()
});

/** Replies of a chat, as completions. */
export const chatReply = z
  .object({
    choices: z.array(
      z.object({
        index: z.number().int(),
        message: z.object({content: z.string().nullish()}),
        finish_reason: z.enum(["stop", "length"]),
        // A server that gives none may also say so inside.
        logprobs: content.nullish().catch(null)
      })
    ),
    usage
  })
  .transform(({choices, usage}): CompletionsReply => ({
    choices: choices.map(({message, ...choice}) => ({...choice, text: message.content ?? ""})),
    usage
  }));

export const embeddingsReply = z.object({
  data: z.array(z.object({index: z.number().int(), embedding: z.array(z.number()).min(1)}))
});

export const fileReply = z.object({id: z.string()});

export const jobReply = z.object({
  id: z.string(),
  status: z.enum(["validating_files", "queued", "running", "succeeded", "failed", "cancelled"]),
  fine_tuned_model: z.string().nullish(),
  result_files: z.array(z.string()),
  error: z.object({message: z.string().nullish(), code: z.string().nullish()}).nullish(),
  w2s: z.object({
    progress: z.object({done: z.number(), total: z.number(), unit: z.string()}).nullish()
  })
});

export const resultReply = z.object({
  digest: z.string(),
  weights: z.string().optional(),
  cut: z.number().int().optional(),
  tokens: z.number().int(),
  curve: z.array(
    z.object({
      step: z.number().int(),
      epoch: z.number(),
      loss: z.number(),
      learning_rate: z.number(),
      confidence_weight: z.number(),
      tokens: z.number().int(),
      validation_agreement: z.number().nullable()
    })
  ),
  checkpoints: z.array(z.object({step: z.number().int(), kept: z.boolean(), observed: z.array(z.number())}))
});

export type CompletionsReply = z.infer<typeof completionsReply>;
export type JobReply = z.infer<typeof jobReply>;
