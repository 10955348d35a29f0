"""`audit` and `scan` look at Secrets as far as they are told to, and show nothing of what is in them."""

from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.cli.cluster import Cluster
from tests.cli.conftest import Run
from tests.fakeapi.server import FakeApi

from readiness.adapters.render import FORMATS

Write = Callable[[Mapping[str, str]], None]
SECRETS = "/api/v1/secrets"
VALUE = "shop-signing-key"
CART = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec:
      containers:
      - name: app
        image: shop.example/cart:1.4.2
        env:
        - name: JWT_SECRET
          valueFrom: {secretKeyRef: {name: cart, key: jwt}}
"""
SECRET = f"""\
apiVersion: v1
kind: Secret
metadata:
  name: cart
  namespace: shop
  managedFields:
  - {{manager: kubectl, time: "2026-01-20T10:00:00Z", fieldsV1: {{"f:data": {{"f:jwt": {{}}}}}}}}
stringData: {{jwt: {VALUE}}}
"""
POLICY = """\
apiVersion: readiness.dev/v1alpha1
kind: ReadinessPolicy
metadata: {name: production, namespace: shop}
spec:
  requirements:
  - {name: secret-strength, severity: critical}
  - {name: secret-references-resolve, severity: critical}
"""
WEAK = "key jwt of Secret cart is shorter than 32 bytes and has less than 128 bits of entropy"


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster]:
    async with FakeApi() as api:
        found = Cluster(api, tmp_path)
        found.put(CART, POLICY)
        written: dict[str, Any] = {"fieldsV1": {"f:data": {"f:jwt": {}}}}
        metadata = {"name": "cart", "namespace": "shop", "managedFields": [written]}
        api.store.put(SECRETS, {"metadata": metadata, "stringData": {"jwt": VALUE}})
        yield found


def test_values_in_manifests_are_judged_on_request_only(write: Write, run: Run) -> None:
    write({"all.yaml": f"{CART}---\n{SECRET}---\n{POLICY}"})
    quiet = run("audit", "all.yaml", "-o", "json", "--full")
    assert (quiet.code, WEAK in quiet.out) == (0, False)
    asked = run("audit", "all.yaml", "-o", "json", "--inspect-secrets")
    assert asked.code == 1
    assert [finding["message"] for finding in asked.findings("secret-strength")] == [WEAK]


@pytest.mark.parametrize("output", FORMATS)
def test_no_format_shows_a_value(write: Write, run: Run, output: str) -> None:
    write({"all.yaml": f"{CART}---\n{SECRET}---\n{POLICY}"})
    done = run("audit", "all.yaml", "-o", output, "--full", "--inspect-secrets")
    assert "secret-strength" in done.out
    assert VALUE not in done.out + done.err


async def test_a_cluster_is_asked_for_no_secret_unless_told_to(cluster: Cluster) -> None:
    done = await cluster.run("scan", "-o", "json")
    reasons = {item["reason"] for item in done.document["items"][0]["status"]["scorecards"][0]["requirements"]}
    assert reasons == {"NotEnabled", "EvidenceMissing"}
    assert not [request for request in cluster.api.requests if "/secrets" in request.path]


async def test_metadata_and_values_are_read_where_a_cluster_may_be_asked(cluster: Cluster) -> None:
    done = await cluster.run("scan", "-o", "json", "--secrets", "metadata", "--inspect-secrets")
    (requirement,) = done.document["items"][0]["status"]["scorecards"][0]["requirements"]
    assert [finding["message"] for finding in requirement["findings"]] == [WEAK]
    asked = [f"{each.verb} {each.path}" for each in cluster.api.requests if "/secrets" in each.path]
    assert sorted(asked) == ["get /api/v1/namespaces/shop/secrets/cart", f"list {SECRETS}"]
    assert VALUE not in done.out + done.err


async def test_a_secret_that_may_not_be_read_is_unknown(cluster: Cluster) -> None:
    cluster.api.refuse(403, "Forbidden", path="/api/v1/namespaces/shop/secrets/cart")
    done = await cluster.run("scan", "-o", "json", "--secrets", "metadata", "--inspect-secrets")
    (requirement,) = done.document["items"][0]["status"]["scorecards"][0]["requirements"]
    assert (requirement["name"], requirement["outcome"]) == ("secret-strength", "unknown")
