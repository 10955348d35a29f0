"""Which kinds there are is found out with one call, and a gate opens when one is there and asked for."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.fakeapi import virtual_time

from readiness.model import Lease, PrometheusRule, SecretSource, ServiceMonitor
from readiness.model.parse import KINDS
from readiness.runtime.api import ApiError
from readiness.runtime.outlook import Gate, Outlook, served

BY_NAME = {kind.name: kind for kind in KINDS}
MONITORS = BY_NAME["ServiceMonitor.monitoring.coreos.com"]
EXTERNAL = BY_NAME["ExternalSecret.external-secrets.io"]
LEASES = BY_NAME["Lease"]


@dataclass
class Discovery:
    """An API server that serves some resources, as `group/version/plural`, or refuses."""

    there: set[str] = field(default_factory=set)
    refuses: int = 0
    calls: int = 0

    async def request(
        self,
        verb: str,
        path: str,
        *,
        body: object = None,
        params: Mapping[str, str] | None = None,
        content_type: str | None = None,
        accept: str | None = None,
    ) -> Any:
        assert (verb, path, body, params, content_type) == ("GET", "/apis", None, None, None)
        assert accept is not None
        self.calls += 1
        if self.refuses:
            raise ApiError(self.refuses, "Refused", "as the test wants it")
        return {
            "items": [
                {"metadata": {"name": group}, "versions": [{"version": version, "resources": [{"resource": plural}]}]}
                for group, version, plural in (item.split("/") for item in sorted(self.there))
            ]
        }

    def stream(
        self, path: str, params: Mapping[str, str], *, accept: str | None = None
    ) -> AsyncGenerator[dict[str, Any]]:
        raise NotImplementedError(f"{path} {params} {accept}")


async def test_a_kind_is_found_in_the_newest_version_that_we_can_read() -> None:
    api = Discovery({"external-secrets.io/v1beta1/externalsecrets"})
    assert await served(api, [EXTERNAL, MONITORS, LEASES]) == {
        EXTERNAL.name: EXTERNAL.at("v1beta1"),
        LEASES.name: LEASES,
    }
    api.there.add("external-secrets.io/v1/externalsecrets")
    assert (await served(api, [EXTERNAL]))[EXTERNAL.name] == EXTERNAL
    api.there = {"external-secrets.io/v7/externalsecrets", "other.example/v1/servicemonitors"}
    assert await served(api, [EXTERNAL, MONITORS]) == {}


@pytest.mark.parametrize("answer", [{}, {"items": None}, {"items": [{"metadata": {"name": "a"}}]}])
async def test_an_answer_without_kinds_serves_none(answer: dict[str, Any]) -> None:
    class Silent(Discovery):
        async def request(self, *_: Any, **__: Any) -> Any:
            return answer

    assert await served(Silent(), [MONITORS]) == {}


def test_a_gate_opens_when_the_kind_is_installed_and_asked_for() -> None:
    async def scenario() -> None:
        api = Discovery()
        outlook = Outlook(api, KINDS)
        watching = asyncio.create_task(outlook.run())
        gate = Gate(outlook, MONITORS)
        asked = asyncio.create_task(gate.path())
        await asyncio.sleep(1)
        assert not asked.done(), "nobody has said yet what is asked for"
        outlook.want(frozenset({ServiceMonitor, Lease}))
        assert await asked is None
        assert await Gate(outlook, LEASES).path() == LEASES.path
        opened = asyncio.create_task(gate.opened())
        api.there.add("monitoring.coreos.com/v1/servicemonitors")
        await asyncio.sleep(61)
        assert await opened == MONITORS.path
        outlook.want(frozenset({PrometheusRule, SecretSource}))
        assert await gate.path() is None
        assert api.calls <= 3, "one call a minute"
        watching.cancel()

    virtual_time.run(scenario())


def test_a_refusal_is_told_and_what_was_known_is_kept() -> None:
    async def scenario() -> None:
        api = Discovery({"monitoring.coreos.com/v1/servicemonitors"}, refuses=503)
        outlook = Outlook(api, KINDS)
        watching = asyncio.create_task(outlook.run())
        await outlook.looked.wait()
        assert (outlook.known, outlook.served) == (False, {})
        assert "503" in outlook.problem
        api.refuses = 0
        await asyncio.sleep(3)
        assert (outlook.known, outlook.problem) == (True, "")
        api.refuses = 403
        await asyncio.sleep(100)
        assert MONITORS.name in outlook.served
        assert outlook.problem
        watching.cancel()

    virtual_time.run(scenario())
