"""Models to be trained, by what a job asks for."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn

from .classifier import Classifier
from .errors import invalid
from .frozen import FrozenLayers, StateStore
from .language_model import Decider, LanguageModel
from .model_name import ModelName
from .network import Network, without_layers
from .student import Student
from .wire import Decision, JobOptions, LanguageModelling


def build_student(network: Network, name: ModelName, options: JobOptions, states: StateStore | None = None) -> Student:
    """A model to be trained. Its seed comes before every initialisation, so equal jobs start equal.

    What frozen layers give is kept in `states`; without it, they are computed at every step.
    """
    frozen = 0
    left = without_layers(network, name, share=options.train == "lora")
    torch.manual_seed(options.seed)
    if options.train == "lora" and options.lora is not None:
        from peft import LoraConfig, get_peft_model

        frozen = options.lora.frozen_layers
        if frozen >= len(left.blocks):
            raise invalid(f"expected fewer frozen layers than {len(left.blocks)}: {frozen}", "w2s.lora.frozen_layers")
        config = LoraConfig(
            r=options.lora.rank,
            lora_alpha=options.lora.alpha,
            lora_dropout=options.lora.dropout,
            target_modules=linear_names(left, frozen) if frozen else "all-linear",
        )
        decoder = get_peft_model(left.model, config)
        if options.precision == "bf16":
            # Autocast decides on types: PEFT would cast every input to single precision first.
            for module in decoder.modules():
                if hasattr(module, "cast_input_dtype_enabled"):
                    module.cast_input_dtype_enabled = False
        left = Network(decoder, left.tokenizer, left.device, left.weights, left.head)
    else:
        left.model.requires_grad_(True)
    autocast = options.precision == "bf16"
    student: Student
    if isinstance(options.objective, Decision):
        student = Decider(left, autocast, options.objective)
    elif isinstance(options.objective, LanguageModelling):
        student = LanguageModel(left, autocast)
    else:
        student = Classifier(left, autocast)
    if options.train == "full" and isinstance(student, LanguageModel):
        student.output.requires_grad_(True)
    student = student.to(network.device)
    if frozen and states is not None:
        below = tuple(name.kept(len(network.blocks))[:frozen])
        student.frozen = FrozenLayers(left, frozen, (network.weights, below, options.precision), states)
    return student


def linear_names(network: Network, first: int) -> list[str]:
    """Names, within the decoder, of the linear layers of its blocks from `first` on."""
    learning = {id(module) for block in list(network.blocks)[first:] for module in block.modules()}
    found = network.model.named_modules()
    return [name for name, module in found if isinstance(module, nn.Linear) and id(module) in learning]


def base_precision(options: JobOptions) -> str:
    """Type of the weights that a job reads: frozen ones may be bfloat16, trained ones are single precision."""
    return options.precision if options.train == "lora" else "fp32"


def merged(student: Student, weights: str) -> Network:
    """A network of its own that computes what the trained one does, adapters added to what they adapt; no head."""
    decoder, head = copy.deepcopy((student.network.model, student.network.head))
    if hasattr(decoder, "merge_and_unload"):
        peft: Any = decoder
        decoder = peft.merge_and_unload()
    for module in (decoder, head):
        module.requires_grad_(False)
        module.eval()
    return Network(decoder, student.network.tokenizer, student.network.device, weights, head)
