"""Hidden states against transformers' own, one text at a time."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from conftest import sentences

from w2s_backend.activations import activations
from w2s_backend.device import Turns
from w2s_backend.errors import ApiError
from w2s_backend.network import Network, load_network
from w2s_backend.rows import batches_by_length, tokenize
from w2s_backend.store import StoredModel


@pytest.fixture(scope="module")
def network(stored: StoredModel) -> Network:
    return load_network(stored, "fp32")


def reference(stored: StoredModel, text: str, layer: int) -> np.ndarray:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(stored.folder, dtype=torch.float32).eval()
    ids = AutoTokenizer.from_pretrained(stored.folder)(text, return_tensors="pt")["input_ids"]
    with torch.no_grad():
        states = model(ids, output_hidden_states=True).hidden_states[layer]
    found: np.ndarray = states[0, -1].numpy()
    return found


@pytest.mark.parametrize("layer", [0, 1, 2, 3])
def test_states_are_those_of_transformers_at_the_last_token(stored: StoredModel, network: Network, layer: int) -> None:
    texts = sentences(9)
    found = activations(network, texts, [layer], 64, Turns(), batch_rows=4).layers[0]
    for index in (0, 4, 8):
        assert np.allclose(found[index], reference(stored, texts[index], layer), rtol=1e-3, atol=1e-3)


def test_a_row_does_not_depend_on_its_batch_nor_on_the_layers_asked_beside_it(network: Network) -> None:
    texts = sentences(33)
    together = activations(network, texts, [1, 3], 64, Turns()).layers
    alone = [activations(network, [text], [3], 64, Turns()).layers[0][0] for text in texts]
    assert np.allclose(together[1], np.stack(alone), rtol=2e-3, atol=2e-3)
    shuffled = activations(network, texts[::-1], [3, 1], 64, Turns(), batch_rows=5).layers
    assert np.allclose(shuffled[0][::-1], together[1], rtol=2e-3, atol=2e-3)
    assert np.allclose(shuffled[1][::-1], together[0], rtol=2e-3, atol=2e-3)


def test_the_pass_ends_below_the_first_layer_that_nobody_asked_for(network: Network) -> None:
    ran: list[int] = []
    handles = [
        block.register_forward_hook(lambda *_args, index=index: ran.append(index))
        for index, block in enumerate(network.blocks)
    ]
    activations(network, ["w1 w2"], [0, 2], 64, Turns())
    for handle in handles:
        handle.remove()
    assert ran == [0, 1]


def test_a_text_that_is_too_long_loses_its_beginning_and_is_counted(network: Network) -> None:
    long = " ".join(f"w{index % 60}" for index in range(50))
    end = " ".join(f"w{index % 60}" for index in range(42, 50))
    found = activations(network, [long, end], [3], 8, Turns())
    assert found.cut == 1
    assert found.tokens == 16
    assert np.allclose(found.layers[0][0], found.layers[0][1], rtol=2e-3, atol=2e-3)


def test_an_empty_text_has_a_state(network: Network) -> None:
    found = activations(network, ["", "w3"], [3], 8, Turns())
    assert np.isfinite(found.layers[0]).all()
    assert tokenize(network.tokenizer, [], 8).rows == []


def test_a_layer_that_does_not_exist_is_refused(network: Network) -> None:
    with pytest.raises(ApiError, match="expected a layer from 0 to 3: 4"):
        activations(network, ["w1"], [4], 8, Turns())


def test_batches_hold_every_row_once_within_their_limits() -> None:
    rows = [[0] * (1 + index % 13) for index in range(40)]
    batches = list(batches_by_length(rows, max_tokens=26, max_rows=5))
    assert sorted(index for batch in batches for index in batch) == list(range(40))
    assert all(len(batch) <= 5 and len(batch) * max(len(rows[i]) for i in batch) <= 26 for batch in batches)
    assert list(batches_by_length([[0] * 99], max_tokens=26, max_rows=5)) == [[0]]
