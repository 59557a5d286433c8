"""Bodies of requests. What OpenAI's and vLLM's routes have no word for travels under `w2s`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Precision = Literal["fp32", "bf16"]
Share = Annotated[float, Field(ge=0, le=1)]


class Strict(BaseModel):
    """Our own fields: a typo is an error."""

    model_config = ConfigDict(extra="forbid")


class PoolingOptions(Strict):
    """Which hidden states `/pooling` returns."""

    layers: list[int] = Field(min_length=1)
    precision: Precision = "fp32"
    position: Literal["last"] = "last"
    max_tokens: int = Field(default=512, ge=1)


class PoolingRequest(BaseModel):
    """`POST /pooling`."""

    model: str
    input: str | list[str]
    encoding_format: Literal["base64", "float"] = "base64"
    w2s: PoolingOptions


class ClassifyOptions(Strict):
    """Left out, the precision is that of the training, the only one that gives the recorded predictions.

    `other` has a text, or null, for each input: that which it is compared with.
    """

    precision: Precision | None = None
    other: list[str | None] | None = None


class ClassifyRequest(BaseModel):
    """`POST /classify`."""

    model: str
    input: str | list[str]
    w2s: ClassifyOptions = ClassifyOptions()


class GenerationOptions(Strict):
    """What `/v1/completions` has no word for.

    `seeds` has one for each choice, prompt by prompt. A prompt of more than `max_prompt_tokens` loses its beginning. Of
    an echoed prompt, only tokens that end after the character `scored_from` get a log-probability, where it is given.
    With `chat`, each prompt is what a user says: the model's template for chats is put around it.
    """

    seeds: list[Annotated[int, Field(ge=0, lt=2**63)]] | None = None
    precision: Precision | None = None
    max_prompt_tokens: int | None = Field(default=None, ge=1)
    scored_from: list[Annotated[int, Field(ge=0)]] | None = None
    chat: bool = False


class Drawing(BaseModel):
    """What both routes that write have in common, with OpenAI's defaults. What would change the text is refused."""

    model: str
    n: int = Field(default=1, ge=1, le=128)
    temperature: float = Field(default=1.0, ge=0)
    top_p: float = Field(default=1.0, ge=0, le=1)
    seed: int | None = Field(default=None, ge=0, lt=2**62)
    stop: str | list[str] | None = None
    stream: Literal[False] | None = None
    presence_penalty: Literal[0] | None = None
    frequency_penalty: Literal[0] | None = None
    logit_bias: Annotated[dict[str, float], Field(max_length=0)] | None = None
    w2s: GenerationOptions = GenerationOptions()

    @property
    def stops(self) -> list[str]:
        """Stop strings, none of them empty."""
        return [one for one in ([self.stop] if isinstance(self.stop, str) else self.stop or []) if one]


class CompletionsRequest(Drawing):
    """`POST /v1/completions`. With `logprobs`, of the tokens that were chosen; likely others are not told."""

    prompt: str | list[str]
    max_tokens: int = Field(default=16, ge=0)
    logprobs: int | None = Field(default=None, ge=0, le=1)
    echo: bool = False
    best_of: Literal[1] | None = None
    suffix: Literal[""] | None = None


class TextPart(BaseModel):
    """A part of a message's content."""

    type: Literal["text"]
    text: str


class Message(BaseModel):
    """A message of a chat."""

    role: str
    content: str | list[TextPart]

    @property
    def text(self) -> str:
        """The content in one piece."""
        return self.content if isinstance(self.content, str) else "".join(part.text for part in self.content)


class ChatRequest(Drawing):
    """`POST /v1/chat/completions`."""

    messages: list[Message] = Field(min_length=1)
    max_tokens: int | None = Field(default=None, ge=0)
    max_completion_tokens: int | None = Field(default=None, ge=0)
    logprobs: bool | None = None
    top_logprobs: Literal[0] | None = None


class EmbeddingsOptions(Strict):
    """Type of the weights."""

    precision: Precision | None = None
    max_tokens: int = Field(default=512, ge=1)


class EmbeddingsRequest(BaseModel):
    """`POST /v1/embeddings`."""

    model: str
    input: str | list[str]
    encoding_format: Literal["base64", "float"] = "float"
    dimensions: None = None
    w2s: EmbeddingsOptions = EmbeddingsOptions()


class LossOptions(Strict):
    """`confidence` is EDA, algorithm 4; `warmup` is the share of the steps over which its weight rises."""

    name: Literal["cross_entropy", "confidence"]
    alpha: Share = 0.0
    warmup: Share = 0.0


class LoraOptions(Strict):
    """Low-rank adapters on all linear layers of the decoder from layer `frozen_layers` up."""

    rank: int = Field(ge=1)
    alpha: float = Field(gt=0)
    dropout: float = Field(ge=0, lt=1)
    frozen_layers: int = Field(default=0, ge=0)


class Classification(Strict):
    """A linear head on the last token. Rows: `{"text", "other"?, "label"}`."""

    name: Literal["classification"] = "classification"


class LanguageModelling(Strict):
    """The next token. Rows: `{"text", "completion"?, "weight"?}`; with `chat`, a user says the text."""

    name: Literal["lm"]
    chat: bool = False


class Decision(Strict):
    """Log-odds of `answers[1]` against `answers[0]`. Rows: `{"text", "label"}` and `{"text", "chosen", "rejected"}`."""

    name: Literal["decision"]
    answers: tuple[Annotated[str, Field(min_length=1)], Annotated[str, Field(min_length=1)]]
    preference_weight: float = Field(ge=0)
    beta: float = Field(gt=0)


def _objective(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


Objective = Annotated[
    Annotated[Classification | LanguageModelling | Decision, Field(discriminator="name")],
    BeforeValidator(_objective),
]


class JobOptions(Strict):
    """What a fine-tuning job does, beyond its model and files. An objective without options may be its name alone."""

    key: str = Field(pattern=r"^[A-Za-z0-9._:-]{1,200}$")
    objective: Objective = Classification()
    train: Literal["lora", "full"]
    observe_file: str | None = None
    loss: LossOptions
    epochs: float = Field(gt=0)
    batch_size: int = Field(ge=1)
    learning_rate: float = Field(gt=0)
    weight_decay: float = Field(ge=0)
    schedule: Literal["linear", "cosine", "constant"]
    learning_rate_warmup: Share
    lora: LoraOptions | None = None
    checkpoints_per_epoch: float = Field(gt=0)
    precision: Precision
    max_tokens: int = Field(ge=1)
    seed: int = Field(ge=0, lt=2**32)


class JobRequest(BaseModel):
    """`POST /v1/fine_tuning/jobs`. Files are JSON lines; which fields a row has is the objective's."""

    model: str
    training_file: str
    validation_file: str | None = None
    w2s: JobOptions
