"""What stays in memory."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from w2s_backend import recent
from w2s_backend.recent import Recent


@pytest.mark.parametrize(("room", "made"), [(0, "abcab"), (20, "abcab"), (30, "abc"), (100, "abc")])
def test_values_used_last_stay_and_more_where_there_is_room(
    monkeypatch: pytest.MonkeyPatch, room: int, made: str
) -> None:
    monkeypatch.setattr(recent, "room", lambda: room)
    making: list[str] = []

    def make(key: str) -> Callable[[], str]:
        def made_now() -> str:
            making.append(key)
            return key

        return made_now

    kept = Recent[str, str](2, lambda _: 10)
    for key in "abcab":
        assert kept.get(key, make(key)) == key
    assert "".join(making) == made
