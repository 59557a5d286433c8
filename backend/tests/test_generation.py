"""Generation and likelihoods against transformers' own, on tiny random decoders."""

from __future__ import annotations

import copy
import math
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import WORDS, sentences
from fastapi.testclient import TestClient
from test_routes import finished, request_of, upload

from w2s_backend.app import create_app
from w2s_backend.device import Turns
from w2s_backend.engine import Engine
from w2s_backend.examples import JobRow, encode
from w2s_backend.generation import Sampling, Written, _begun, _decoder, draw, end_tokens, generate, nucleus
from w2s_backend.model_name import parse_model_name
from w2s_backend.network import Network, load_network, without_layers
from w2s_backend.rows import tokenize
from w2s_backend.scoring import spell, token_logprobs
from w2s_backend.store import ModelStore, StoredModel
from w2s_backend.wire import LanguageModelling


@pytest.fixture(scope="module")
def network(stored: StoredModel) -> Network:
    return load_network(stored, "fp32")


@pytest.fixture(scope="module")
def causal(stored: StoredModel) -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(stored.folder, dtype=torch.float32).eval()


def write(network: Network, texts: list[str], seeds: list[int], sampling: Sampling, rows: int = 64) -> list[Written]:
    return generate(network, tokenize(network.tokenizer, texts, 64).rows, seeds, sampling, Turns(), rows)


def likelihood(causal: Any, row: list[int]) -> list[float]:
    """Of each token but the first, from one pass over one row."""
    with torch.no_grad():
        found = causal(torch.tensor([row]), use_cache=False).logits[0].log_softmax(-1)
    return [float(found[place - 1, row[place]]) for place in range(1, len(row))]


def test_the_likeliest_tokens_are_those_of_transformers(network: Network, causal: Any) -> None:
    texts = sentences(12)
    found = write(network, texts, [0] * 12, Sampling(10, temperature=0))
    ends, unknown = sorted(end_tokens(network)), network.tokenizer.unk_token_id
    assert ends == [0, 2]
    for text, one in zip(texts, found, strict=True):
        row = network.tokenizer(text, return_tensors="pt")["input_ids"]
        expected = causal.generate(row, do_sample=False, max_new_tokens=10, eos_token_id=ends, pad_token_id=0)[0]
        tokens = expected[row.shape[1] :].tolist()
        assert one.drawn == len(tokens)
        assert one.finish == ("stop" if tokens[-1] in ends else "length")
        kept = [token for token in tokens if token not in ends]
        assert one.text == "".join(
            "" if token == unknown else f" {network.tokenizer.decode([token])}" for token in kept
        )
        assert "".join(one.pieces) == one.text
        assert len(kept) >= len(one.pieces) >= len(one.text.split())
        read = likelihood(causal, expected.tolist())[row.shape[1] - 1 :]
        assert one.logprobs == pytest.approx(read[: len(one.pieces)], abs=1e-4)
    assert {one.finish for one in found} == {"stop", "length"}


def test_what_is_drawn_depends_on_the_seed_and_not_on_the_batch(network: Network) -> None:
    texts = sentences(9)
    sampling = Sampling(12, temperature=0.8, top_p=0.9)
    together = write(network, texts, list(range(9)), sampling)
    assert write(network, texts, list(range(9)), sampling) == together
    for rows in (1, 4):
        some = write(network, texts[::-1], list(range(9))[::-1], sampling, rows)[::-1]
        assert [one.text for one in some] == [one.text for one in together]
        for mine, theirs in zip(some, together, strict=True):
            assert mine.logprobs == pytest.approx(theirs.logprobs, abs=1e-4)
    # One prompt, read once, with a seed each.
    same = write(network, [texts[0]] * 9, list(range(9)), sampling)
    assert same[0].text == together[0].text
    assert len({one.text for one in same}) > 5


def test_draws_follow_the_distribution(network: Network) -> None:
    causal_logits = network.logits(network.model(torch.tensor([[5, 9]]))[0][0, -1:])
    expected = (causal_logits[0] / 0.7).softmax(-1)
    count = 20_000
    uniform = torch.rand(count, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    tokens, logprobs = draw(causal_logits.expand(count, -1), uniform, 0.7, 1.0)
    frequency = torch.bincount(tokens, minlength=expected.shape[0]) / count
    # Four standard deviations of a share.
    assert bool(((frequency - expected).abs() < 4 * (expected * (1 - expected) / count).sqrt() + 1e-4).all())
    assert torch.allclose(logprobs, causal_logits[0].log_softmax(-1)[tokens], atol=1e-5)


def test_the_nucleus_is_the_smallest_set_that_reaches_its_mass() -> None:
    probabilities = torch.tensor([[0.1, 0.4, 0.2, 0.3], [0.9, 0.05, 0.03, 0.02]])
    assert nucleus(probabilities, 0.65).ne(0).tolist() == [[False, True, False, True], [True, False, False, False]]
    assert nucleus(probabilities, 0).ne(0).sum(dim=-1).tolist() == [1, 1]
    wide = torch.rand(2, 5000, generator=torch.Generator().manual_seed(0)).softmax(-1)
    kept = nucleus(wide, 0.5)
    least = kept.masked_fill(kept == 0, 1).amin(-1)
    assert bool((kept.sum(-1) >= 0.5).all()) and bool((kept.sum(-1) - least < 0.5).all())


def test_a_text_ends_before_the_first_stop_string(network: Network) -> None:
    texts = sentences(6, seed=3)
    free = write(network, texts, [4] * 6, Sampling(12, temperature=0.9))
    for text, whole in zip(texts, free, strict=True):
        words = whole.text.split()
        if len(words) < 4:
            continue
        stop = [f" {words[2]}", f"{words[1]} {words[2]}"]
        read = next(count for count in range(12) if any(one in "".join(whole.pieces[:count]) for one in stop))
        first = min(place for one in stop if (place := "".join(whole.pieces[:read]).find(one)) >= 0)
        [found] = write(network, [text], [4], Sampling(12, temperature=0.9, stop=stop))
        assert (found.text, found.finish, found.drawn) == (whole.text[:first], "stop", read)
        assert found.logprobs == pytest.approx(whole.logprobs[: len(found.pieces)], abs=1e-4)
        assert len(found.text.split()) <= len(found.pieces) <= read
    assert sum(len(one.text.split()) >= 4 for one in free) >= 3


@pytest.mark.parametrize("without", [[], [0], [1, 2]])
def test_likelihoods_are_those_of_transformers_also_without_layers(
    network: Network, causal: Any, without: list[int]
) -> None:
    other = copy.deepcopy(causal)
    for layer in reversed(without):
        del other.model.layers[layer]
    other.config.num_hidden_layers = len(other.model.layers)
    fragment = f"#without={','.join(map(str, without))}" if without else ""
    left = without_layers(network, parse_model_name(f"file:x{fragment}"), share=True)
    rows = tokenize(network.tokenizer, sentences(15, seed=1), 64).rows
    places = [list(range(1, len(row))) for row in rows]
    found = token_logprobs(left, rows, places, Turns(), batch_rows=4)
    for row, values in zip(rows, found, strict=True):
        assert values == pytest.approx(likelihood(other, row), abs=1e-4)
    ends = token_logprobs(left, rows, [those[-2:] for those in places], Turns())
    for values, whole in zip(ends, found, strict=True):
        assert values == pytest.approx(whole[-2:], abs=1e-4)
    # With a cache as without.
    row = list(rows[0])
    [written] = write(left, [network.tokenizer.decode(row)], [1], Sampling(8, temperature=0))
    for logprob in written.logprobs:
        with torch.no_grad():
            logprobs = other(torch.tensor([row]), use_cache=False).logits[0, -1].log_softmax(-1)
        assert logprob == pytest.approx(float(logprobs.max()), abs=1e-4)
        row.append(int(logprobs.argmax()))
    assert len(row) > len(rows[0])


def tiny(kind: str) -> Any:
    from transformers import Gemma2Config, Gemma2ForCausalLM, GPT2Config, GPT2LMHeadModel, Qwen2Config, Qwen2ForCausalLM

    size = {
        "vocab_size": 62,
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 3,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "initializer_range": 0.5,
        "bos_token_id": None,
        "eos_token_id": 0,
    }
    if kind == "gemma":
        # A cap on the logits, and attention that reaches back four tokens in every other layer.
        return Gemma2ForCausalLM(Gemma2Config(**size, head_dim=8, final_logit_softcapping=3.0, sliding_window=4))
    if kind == "qwen":
        return Qwen2ForCausalLM(Qwen2Config(**size, tie_word_embeddings=True))
    return GPT2LMHeadModel(
        GPT2Config(vocab_size=62, n_positions=64, n_embd=16, n_layer=3, n_head=2, bos_token_id=None, eos_token_id=0)
    )


@pytest.mark.parametrize("kind", ["gemma", "qwen", "gpt2"])
def test_other_families_write_and_score_alike(kind: str, stored: StoredModel, tmp_path: Path) -> None:
    torch.manual_seed(1)
    model = tiny(kind).eval()
    model.save_pretrained(tmp_path / "model")
    load_network(stored, "fp32").tokenizer.save_pretrained(tmp_path / "model")
    found = ModelStore(tmp_path / "cache").get(f"file:{tmp_path / 'model'}", patience=60)
    # The tokenizer's class would be chosen by the family.
    network = replace(load_network(found, "fp32"), tokenizer=load_network(stored, "fp32").tokenizer)
    texts = sentences(6)
    for text, one in zip(texts, write(network, texts, [0] * 6, Sampling(6, temperature=0)), strict=True):
        row = network.tokenizer(text)["input_ids"]
        expected = model.generate(torch.tensor([row]), do_sample=False, max_new_tokens=6, pad_token_id=0)[0].tolist()
        # 0 ends, 1 is the unknown word, which is not spelt.
        assert network.tokenizer(one.text)["input_ids"] == [token for token in expected[len(row) :] if token > 1]
        assert one.logprobs == pytest.approx(likelihood(model, expected)[len(row) - 1 :][: len(one.pieces)], abs=1e-3)


def test_pieces_spell_the_text(network: Network) -> None:
    [one, cut, empty] = spell(network.tokenizer, ["w1  w2 w3", "w1 w2 w3 w4", ""], 3)
    assert (one.pieces, one.ends) == (["w1", "  w2", " w3"], [2, 6, 9])
    assert (cut.pieces, cut.ends) == (["w2", " w3", " w4"], [5, 8, 11])
    assert (empty.tokens, empty.pieces) == ([0], [""])


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    app = create_app(Engine(tmp_path / "cache"), "secret")
    return TestClient(app, headers={"Authorization": "Bearer secret"})


def test_the_route_gives_choices_in_order(client: TestClient, model_folder: Path, network: Network) -> None:
    texts = sentences(3)
    body = {"model": f"file:{model_folder}", "prompt": texts, "n": 2, "max_tokens": 5, "logprobs": 1}
    seeds = [3, 1, 4, 1, 5, 9]
    reply = client.post("/v1/completions", json={**body, "w2s": {"seeds": seeds, "precision": "fp32"}}).json()
    assert [choice["index"] for choice in reply["choices"]] == list(range(6))
    expected = write(network, [text for text in texts for _ in range(2)], seeds, Sampling(5))
    for choice, one in zip(reply["choices"], expected, strict=True):
        assert (choice["text"], choice["finish_reason"]) == (one.text, one.finish)
        assert choice["logprobs"]["token_logprobs"] == pytest.approx(one.logprobs, abs=1e-4)
    assert reply["usage"]["completion_tokens"] == sum(one.drawn for one in expected)
    assert reply["w2s"]["weights"] == network.weights
    seeded = {"model": f"file:{model_folder}", "prompt": texts[0], "seed": 7}
    first, again = (client.post("/v1/completions", json=seeded).json()["choices"] for _ in range(2))
    assert first == again


def test_echo_scores_the_prompt(client: TestClient, model_folder: Path, causal: Any) -> None:
    body = {"model": f"file:{model_folder}", "prompt": "w5 w6 w7 w8", "max_tokens": 0, "echo": True, "logprobs": 0}
    [choice] = client.post("/v1/completions", json={**body, "w2s": {"precision": "fp32"}}).json()["choices"]
    assert choice["text"] == "w5 w6 w7 w8"
    assert choice["logprobs"]["tokens"] == ["w5", " w6", " w7", " w8"]
    assert choice["logprobs"]["text_offset"] == [0, 2, 5, 8]
    expected = likelihood(causal, [WORDS.index(word) + 2 for word in ("w5", "w6", "w7", "w8")])
    assert choice["logprobs"]["token_logprobs"][0] is None
    assert choice["logprobs"]["token_logprobs"][1:] == pytest.approx(expected, abs=1e-4)
    some = {**body, "w2s": {"precision": "fp32", "scored_from": [5]}}
    [choice] = client.post("/v1/completions", json=some).json()["choices"]
    assert choice["logprobs"]["token_logprobs"][:2] == [None, None]
    assert choice["logprobs"]["token_logprobs"][2:] == pytest.approx(expected[1:], abs=1e-4)


def test_chats_go_through_the_template(client: TestClient, model_folder: Path, tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    body = {"model": f"file:{model_folder}", "messages": [{"role": "user", "content": "w1 w2"}], "temperature": 0}
    refused = client.post("/v1/chat/completions", json=body)
    assert refused.json()["error"]["message"].startswith("expected a model with a chat template: ")
    folder = shutil.copytree(model_folder, tmp_path / "chatty")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.chat_template = "{% for message in messages %}w9 {{ message.content }} {% endfor %}w8"
    tokenizer.save_pretrained(folder)
    body = {**body, "model": f"file:{folder}", "max_tokens": 6, "logprobs": True, "w2s": {"precision": "fp32"}}
    [choice] = client.post("/v1/chat/completions", json=body).json()["choices"]
    plain = {"model": f"file:{folder}", "prompt": "w9 w1 w2 w8", "max_tokens": 6, "temperature": 0, "logprobs": 0}
    [expected] = client.post("/v1/completions", json={**plain, "w2s": {"precision": "fp32"}}).json()["choices"]
    assert choice["message"] == {"role": "assistant", "content": expected["text"]}
    assert [one["logprob"] for one in choice["logprobs"]["content"]] == expected["logprobs"]["token_logprobs"]
    several = {**plain, "prompt": ["w1 w2", "w3"], "w2s": {"precision": "fp32", "chat": True}}
    first, second = client.post("/v1/completions", json=several).json()["choices"]
    assert first["text"] == expected["text"]
    [other] = client.post("/v1/completions", json={**plain, "prompt": "w9 w3 w8", "w2s": {"precision": "fp32"}}).json()[
        "choices"
    ]
    assert second["text"] == other["text"]
    echoed = client.post("/v1/completions", json={**several, "echo": True}).json()["error"]["message"]
    assert echoed == "expected no echo of what is asked in a chat"
    # What is learned after a user's text stands where the model answers: the template before it, the end after it.
    objective = LanguageModelling(name="lm", chat=True)
    [learned] = encode(tokenizer, [JobRow(text="w1 w2", completion="w5")], objective, 32).examples
    [passage] = learned.passages
    prompt = tokenizer("w9 w1 w2 w8", add_special_tokens=False)["input_ids"]
    assert passage.tokens == [*prompt, *tokenizer("w5", add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]
    assert passage.start == len(prompt)


def test_embeddings_are_means_of_the_last_states(client: TestClient, model_folder: Path, network: Network) -> None:
    texts = ["w1 w2 w3", "w4"]
    body = {"model": f"file:{model_folder}", "input": texts, "w2s": {"precision": "fp32"}}
    data = client.post("/v1/embeddings", json=body).json()["data"]
    for text, one in zip(texts, data, strict=True):
        with torch.no_grad():
            mean = network.model(torch.tensor([network.tokenizer(text)["input_ids"]]))[0][0].mean(dim=0)
        assert one["embedding"] == pytest.approx((mean / mean.norm()).tolist(), abs=1e-5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"w2s": {"seeds": [1, 2]}}, "expected 1 seeds, one for each choice: 2"),
        ({"max_tokens": 127}, "expected at most 128 tokens of prompt and output: 2 + 127"),
        ({"stream": True}, "stream: "),
        ({"presence_penalty": 1}, "presence_penalty: "),
        ({"logprobs": 5}, "logprobs: "),
        ({"w2s": {"seed": 1}}, "w2s.seed: "),
        ({"echo": True, "logprobs": 0, "w2s": {"scored_from": []}}, "expected 1 places, one for each prompt: 0"),
    ],
)
def test_what_would_give_another_text_is_refused(
    client: TestClient, model_folder: Path, change: dict[str, Any], message: str
) -> None:
    body = {"model": f"file:{model_folder}", "prompt": "w1 w2", **change}
    reply = client.post("/v1/completions", json=body)
    assert reply.status_code == 400
    assert reply.json()["error"]["message"].startswith(message)


def test_what_a_job_made_writes_scores_and_has_states(model_folder: Path, tmp_path: Path) -> None:
    engine = Engine(tmp_path / "cache")
    client = TestClient(create_app(engine, "secret"), headers={"Authorization": "Bearer secret"})
    rows = [{"text": "w1 w2", "completion": " w7 w8 w9"}] * 8
    body = request_of(client, model_folder, objective="lm", epochs=20, learning_rate=0.05)
    body["training_file"] = upload(client, rows)
    job = finished(engine, client, client.post("/v1/fine_tuning/jobs", json=body).json()["id"])
    tuned = job["fine_tuned_model"]
    prompt = {"prompt": "w1 w2", "max_tokens": 3, "temperature": 0}
    reply = client.post("/v1/completions", json={"model": tuned, **prompt}).json()
    assert reply["choices"][0]["text"] == " w7 w8 w9"
    assert reply["w2s"]["weights"] == job["w2s"]["digest"]
    scored = {"prompt": "w1 w2 w7 w8 w9", "max_tokens": 0, "echo": True, "logprobs": 0}
    options = {"precision": "fp32", "scored_from": [5]}

    def likelihood_by(model: str) -> float:
        [choice] = client.post("/v1/completions", json={"model": model, **scored, "w2s": options}).json()["choices"]
        return float(sum(value for value in choice["logprobs"]["token_logprobs"] if value is not None))

    assert likelihood_by(tuned) > -0.5
    assert likelihood_by(f"file:{model_folder}") < -2

    def states(model: str) -> list[list[float]]:
        pooled = {"model": model, "input": "w1 w2", "encoding_format": "float", "w2s": {"layers": [0, 3]}}
        found: list[list[float]] = client.post("/pooling", json=pooled).json()["data"][0]["data"]
        return found

    before, after = states(f"file:{model_folder}"), states(tuned)
    assert after[0] == before[0]
    assert after[1] != pytest.approx(before[1], abs=0.1)
    refused = client.post("/v1/completions", json={"model": tuned, **prompt, "w2s": {"precision": "bf16"}})
    assert refused.json()["error"]["message"] == f"expected fp32, in which {tuned} was trained: bf16"


def test_a_model_trained_to_classify_compares_and_does_not_write(model_folder: Path, tmp_path: Path) -> None:
    engine = Engine(tmp_path / "cache")
    client = TestClient(create_app(engine, "secret"), headers={"Authorization": "Bearer secret"})
    job = client.post("/v1/fine_tuning/jobs", json=request_of(client, model_folder)).json()
    tuned = finished(engine, client, job["id"])["fine_tuned_model"]
    refused = client.post("/v1/completions", json={"model": tuned, "prompt": "w1"})
    assert refused.json()["error"]["message"] == f"expected a model that was trained to write or decide: {tuned}"

    def odds(texts: list[str], other: list[str | None] | None = None) -> list[float]:
        body = {"model": tuned, "input": texts, "w2s": {"other": other}}
        data = client.post("/classify", json=body).json()["data"]
        return [math.log(one["probs"][1] / one["probs"][0]) for one in data]

    first, second = odds(["w1 w2", "w3"])
    assert odds(["w1 w2", "w3", "w3"], ["w3", "w1 w2", None]) == pytest.approx(
        [first - second, second - first, second], abs=1e-4
    )
    short = client.post("/classify", json={"model": tuned, "input": ["w1"], "w2s": {"other": []}})
    assert short.json()["error"]["message"] == "expected 1 other texts, null where there is none: 0"


def test_rows_are_spelt_token_by_token_as_the_whole_is(tmp_path: Path) -> None:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    whole = Tokenizer(models.BPE(vocab={letter: index for index, letter in enumerate(letters)}, merges=[]))
    whole.pre_tokenizer, whole.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=whole)
    # A token a byte: characters of one to four of them, the last one broken off.
    text = "a naïve 雪 day: 🦆🦆, 1 €"
    tokens = tokenizer(text)["input_ids"][:-1]
    decode = _decoder(tokenizer)
    row = _begun([], decode)
    seen = []
    for token in tokens:
        row.take(token, 0.0, decode)
        seen.append(row.text)
    assert seen[tokens.index(tokenizer("ï")["input_ids"][0])] == "a na"
    assert row.text == text[:-1]
    assert all(text.startswith(one) for one in seen)
    row.end(decode)
    assert row.text == "".join(row.pieces) == tokenizer.decode(tokens)
    assert len(row.pieces) == len(tokens)
