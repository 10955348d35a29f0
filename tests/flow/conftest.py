"""Every scenario of the flow is played on a stage of its own, and in none may anything foreign be written."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from tests.fakeapi import virtual_time
from tests.flow.stage import Stage

Scenario = Callable[[Stage], Coroutine[Any, Any, None]]
Play = Callable[[Scenario], None]


@pytest.fixture
def play() -> Play:
    """Play a scenario to its end in virtual time."""

    def play(scenario: Scenario) -> None:
        async def on_stage() -> None:
            stage = Stage()
            stage.furnish()
            try:
                await scenario(stage)
            finally:
                await stage.end()
            assert stage.foreign_writes() == []

        virtual_time.run(on_stage())

    return play
