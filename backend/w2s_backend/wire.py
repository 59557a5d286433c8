"""Bodies of requests. What OpenAI's and vLLM's routes have no word for travels under `w2s`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

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
    """Left out, the precision is that of the training, the only one that gives the recorded predictions."""

    precision: Precision | None = None


class ClassifyRequest(BaseModel):
    """`POST /classify`."""

    model: str
    input: str | list[str]
    w2s: ClassifyOptions = ClassifyOptions()


class LossOptions(Strict):
    """`confidence` is EDA, algorithm 4; `warmup` is the share of the steps over which its weight rises."""

    name: Literal["cross_entropy", "confidence"]
    alpha: Share = 0.0
    warmup: Share = 0.0


class LoraOptions(Strict):
    """Low-rank adapters on all linear layers of the decoder."""

    rank: int = Field(ge=1)
    alpha: float = Field(gt=0)
    dropout: float = Field(ge=0, lt=1)


class JobOptions(Strict):
    """What a fine-tuning job does, beyond its model and files."""

    key: str = Field(pattern=r"^[A-Za-z0-9._:-]{1,200}$")
    objective: Literal["classification"] = "classification"
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
    """`POST /v1/fine_tuning/jobs`. Files are JSON lines: `{"text": ..., "label": <probability of class 1>}`."""

    model: str
    training_file: str
    validation_file: str | None = None
    w2s: JobOptions
