"""Tokens are fresh when they are used, and fetched no more often than that takes."""

import os
from pathlib import Path

import pytest

from readiness.adapters.kubeapi.credentials import LoadedToken, TokenFile
from readiness.runtime.api import CredentialsError


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def token(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text("first\n")
    return path


def replace(path: Path, content: str, *, at: int | None = None) -> None:
    changed = path.stat().st_mtime_ns if at is None else at
    path.write_text(content)
    os.utime(path, ns=(changed, changed))


async def test_a_replaced_token_file_is_used_at_once(token: Path) -> None:
    credentials = TokenFile(token, clock=Clock())
    assert await credentials.authorization() == "Bearer first"
    replace(token, "second", at=1)
    assert await credentials.authorization() == "Bearer second"


async def test_a_token_file_is_read_again_after_a_minute_even_if_its_time_stands_still(token: Path) -> None:
    clock = Clock()
    credentials = TokenFile(token, clock=clock)
    await credentials.authorization()
    replace(token, "second")
    clock.now += 59
    assert await credentials.authorization() == "Bearer first"
    clock.now += 1
    assert await credentials.authorization() == "Bearer second"


async def test_a_refused_token_is_read_again(token: Path) -> None:
    credentials = TokenFile(token, clock=Clock())
    await credentials.authorization()
    replace(token, "second")
    credentials.distrust()
    assert await credentials.authorization() == "Bearer second"


async def test_a_missing_token_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match=f"{tmp_path}/token: No such file"):
        await TokenFile(tmp_path / "token").authorization()


async def test_a_loaded_token_is_asked_for_once_a_minute_and_after_a_refusal_every_five_seconds() -> None:
    clock = Clock()
    asked: list[bool] = []

    def load(refused: bool) -> str:  # noqa: FBT001
        asked.append(refused)
        return f"Bearer {len(asked)}"

    credentials = LoadedToken(load, clock=clock)
    assert await credentials.authorization() == "Bearer 1"
    clock.now += 59
    assert await credentials.authorization() == "Bearer 1"
    clock.now += 1
    assert await credentials.authorization() == "Bearer 2"
    credentials.distrust()
    assert await credentials.authorization() == "Bearer 2"
    clock.now += 5
    assert await credentials.authorization() == "Bearer 3"
    assert await credentials.authorization() == "Bearer 3"
    assert asked == [False, False, True]
