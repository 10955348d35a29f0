"""Secrets: read as far as settings allow and no further, and what is in them appears nowhere."""

import json
import logging
from base64 import b64encode

import pytest
from tests.fakeapi.store import Object
from tests.fakeapi.virtual_time import until
from tests.flow.conftest import Play
from tests.flow.objects import deployment, policy
from tests.flow.stage import DEPLOYMENTS, POLICIES, Replica, Stage

from readiness.model import Ref

SECRETS = "/api/v1/secrets"
VALUE = "shop-signing-key"  # short, and of words
TWICE = b64encode(VALUE.encode()).decode()
RESOLVED = [{"name": "secret-references-resolve"}]
STRONG = [{"name": "secret-strength", "severity": "critical"}]


def cart(*, key: str = "jwt") -> Object:
    """A workload that takes a variable from a Secret."""
    found = deployment()
    reference = {"name": "JWT_SECRET", "valueFrom": {"secretKeyRef": {"name": "cart", "key": key}}}
    found["spec"]["template"]["spec"]["containers"][0]["env"] = [reference]
    found["metadata"]["creationTimestamp"] = "2026-11-20T10:00:00Z"
    return found


def secret(value: str = VALUE) -> Object:
    """A Secret as an API server holds it, with what kubectl leaves in its metadata."""
    written = {"manager": "kubectl", "time": "2026-11-20T10:00:00Z", "fieldsV1": {"f:data": {".": {}, "f:jwt": {}}}}
    metadata = {
        "name": "cart",
        "namespace": "shop",
        "managedFields": [written],
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": json.dumps({"stringData": {"jwt": value}})},
    }
    return {"metadata": metadata, "data": {"jwt": b64encode(value.encode()).decode()}}


def outcome(stage: Stage) -> tuple[str, str]:
    """Outcome and reason of the only requirement; reports do not list what passes."""
    found = stage.report()["status"]["scorecards"][0]["requirements"]
    return (found[0]["outcome"], found[0].get("reason", "")) if found else ("pass", "")


def asked(replica: Replica) -> list[str]:
    """Every request so far that had to do with Secrets."""
    return [f"{each.verb} {each.path}" for each in replica.server.requests if "/secrets" in each.path]


def test_nothing_is_read_unless_a_setting_says_so(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, cart())
        stage.store.put(SECRETS, secret())
        stage.store.put(POLICIES, policy(requirements=STRONG), policy("resolved", requirements=RESOLVED))
        replica = await stage.leader()
        await stage.settled(compliant="Unknown")
        assert outcome(stage) == ("unknown", "NotEnabled")
        await stage.calm(400)
        assert asked(replica) == []

    play(scenario)


def test_metadata_tells_whether_a_key_is_there(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, cart(key="password"))
        stage.store.put(SECRETS, secret())
        stage.store.put(POLICIES, policy(requirements=RESOLVED))
        replica = await stage.leader(secrets="metadata")
        await stage.settled(compliant="False")
        (finding,) = stage.report()["status"]["scorecards"][0]["requirements"][0]["findings"]
        assert finding["message"] == "Secret cart has no key password"
        stage.store.put(DEPLOYMENTS, cart())
        await stage.settled(compliant="True")
        assert {line.partition(" ")[0] for line in asked(replica)} <= {"list", "watch"}
        accepted = {each.headers["Accept"] for each in replica.server.requests if each.path == SECRETS}
        assert all("PartialObjectMetadata" in each for each in accepted)

    play(scenario)


def test_values_are_looked_at_by_name_where_that_is_allowed_and_asked_for(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, cart())
        stage.store.put(SECRETS, secret(), {"metadata": {"name": "other", "namespace": "shop"}})
        stage.store.put(POLICIES, policy(requirements=STRONG))
        replica = await stage.leader(inspect_secrets=True)
        await stage.settled(compliant="False")
        assert set(asked(replica)) == {"get /api/v1/namespaces/shop/secrets/cart"}
        stage.store.put(SECRETS, secret("i4mQzv0J3cB8nYt6XwLr1sUe9aKd2GfHp5oTqZbVxR7"))
        await until(lambda: stage.condition("Compliant")[0] == "True", within=400.0)
        stage.store.remove(SECRETS, "cart", "shop")
        await until(lambda: outcome(stage) == ("unknown", "EvidenceMissing"), within=400.0)

    play(scenario)


def test_a_secret_that_cannot_be_read_for_a_moment_is_as_strong_as_it_was(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, cart())
        stage.store.put(SECRETS, secret())
        stage.store.put(POLICIES, policy(requirements=STRONG))
        replica = await stage.leader(inspect_secrets=True)
        await stage.settled(compliant="False")
        replica.server.refuse(503, "ServiceUnavailable", path="/api/v1/namespaces/shop/secrets/cart")
        await stage.stays(lambda: stage.condition("Compliant")[0] == "False", 400)
        stage.store.remove(POLICIES, "production", "shop")
        await stage.calm(120)
        assert replica.process.inspector.strengths(Ref("Secret", "shop", "cart")) is None

    play(scenario)


def test_what_is_in_a_secret_appears_nowhere(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, cart())
        stage.store.put(SECRETS, secret())
        rotated = {"name": "secret-rotation", "checks": [{"id": "secret-rotation", "parameters": {"maxAge": "1h"}}]}
        stage.store.put(POLICIES, policy(requirements=[*STRONG, *RESOLVED, rotated]))
        replica = await stage.leader(secrets="metadata", inspect_secrets=True, log_level="debug", workload_metrics=True)
        await stage.settled(compliant="False")
        await stage.calm(30)
        assert len(stage.report()["status"]["scorecards"][0]["requirements"]) == 2
        held = {path: found for path, found in stage.store.objects.items() if path != SECRETS}
        texts = [repr(held), *[(await replica.ask(path))[1] for path in ("/metrics", "/readyz", "/livez")], caplog.text]
        inventory = replica.process.cluster.inventory
        texts += [repr(record.__reduce__()) for records in inventory._records.values() for record in records.values()]
        texts.append(repr(replica.process.inspector._seen))
        assert "JWT_SECRET" in texts[0]
        for text in texts:
            assert VALUE not in text
            assert TWICE not in text

    play(scenario)
