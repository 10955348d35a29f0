"""Profiles of a team's own, in ConfigMaps: policies follow them, outlive their faults, and find the right ones."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.cluster import samples
from tests.cluster.installed import NAMESPACE, Installation, Namespace, comes_to, wait_for

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]

Raw = dict[str, Any]
STRICT = """\
name: house
title: What we ask of every service
requirements:
- {name: run-as-non-root, severity: critical}
- {name: resource-limits}
"""
LENIENT = STRICT.replace("critical", "low") + "- {name: drop-all-capabilities}\n"
BROKEN = LENIENT.replace("severity", "severty")
NO_YAML = LENIENT.replace("low}", "low")
BY_STRICT = ("False", 50, "")
BY_LENIENT = ("True", 66, "")


def profile(text: str) -> Raw:
    """A ConfigMap with a profile."""
    metadata = {"name": "house", "labels": {"readiness.dev/profile": "true"}}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"profile.yaml": text}}


def standing(status: Raw) -> tuple[str, int | None, str]:
    """Whether all comply, the score, and why it is stalled: of one status, so that they belong together."""
    found = {item["type"]: item for item in status.get("conditions", ())}
    return found.get("Compliant", {}).get("status", ""), status.get("score"), found.get("Stalled", {}).get("reason", "")


def lasting(status: Raw) -> Raw:
    """A status without the conditions that tell of the policy itself."""
    kept = [item for item in status["conditions"] if item["type"] not in ("Ready", "Stalled")]
    return {**status, "conditions": kept}


@pytest.fixture
def shop(operator: Installation, namespace: Namespace) -> Namespace:
    """A workload that runs as root (none of it need run), and a policy that says nothing but which profile."""
    asked = samples.policy("house", profile={"name": "house"})
    namespace.apply(samples.as_root(samples.deployment("legacy", replicas=0)), asked)
    _comes_to(namespace, ("", None, "UnknownProfile"))
    return namespace


@pytest.fixture
def everywhere(operator: Installation, namespace: Namespace) -> Iterator[Namespace]:
    """The operator's own namespace, and a policy of the whole cluster that takes the profile for one namespace."""
    chosen = {"matchLabels": {"kubernetes.io/metadata.name": namespace.name}}
    asked = samples.policy("house", profile={"name": "house"}, namespaceSelector=chosen)
    home = Namespace(operator.cluster, NAMESPACE)
    home.apply({**asked, "kind": "ClusterReadinessPolicy"})
    yield home
    home.cluster.kubectl("delete", "crdp/house", "configmap/house", "-n", NAMESPACE, "--ignore-not-found")


def _comes_to(shop: Namespace, expected: tuple[str, int | None, str]) -> None:
    comes_to(lambda: standing(shop.policy("house")), expected)


def _told_alike(shop: Namespace) -> tuple[Raw, Raw]:
    """The policy's status and the report, of which either may be written first, once they tell the same."""
    wait_for(lambda: _report(shop).get("status", {}).get("items") == shop.policy("house")["items"], 60)
    return shop.policy("house"), _report(shop)


def _report(shop: Namespace) -> Raw:
    return shop.report("deployment-legacy") or {}


def _stalls_with(shop: Namespace, fault: str) -> None:
    wait_for(lambda: fault in shop.condition("house", "Stalled").get("message", ""), 60)


def _everywhere_comes_to(home: Namespace, expected: tuple[str, int | None, str]) -> None:
    comes_to(lambda: standing(home.cluster.objects("crdp", "house").get("status", {})), expected)


def test_a_policy_follows_its_profile_and_keeps_its_verdict_while_that_is_broken_or_gone(shop: Namespace) -> None:
    assert 'there is no profile "house"' in shop.condition("house", "Stalled")["message"]
    shop.apply(profile(STRICT))
    _comes_to(shop, BY_STRICT)
    shop.apply(profile(LENIENT))
    _comes_to(shop, BY_LENIENT)
    before, report = _told_alike(shop)
    assert before["items"] == "2/3"

    source = f"ConfigMap {shop.name}/house"
    shop.apply(profile(BROKEN))
    _comes_to(shop, (*BY_LENIENT[:2], "InvalidSpec"))
    _stalls_with(shop, f'{source}: requirements[0].severty: unknown field; did you mean "severity"?')
    assert (lasting(shop.policy("house")), _report(shop)) == (lasting(before), report)
    wait_for(lambda: any(source in event["note"] for event in shop.events() if event["reason"] == "PolicyInvalid"), 60)

    shop.apply(profile(STRICT))
    _comes_to(shop, BY_STRICT)
    before, report = _told_alike(shop)
    shop.apply(profile(NO_YAML))
    _stalls_with(shop, f"{source}:5:3: ")
    shop.cluster.kubectl("delete", "configmap", "house", "-n", shop.name)
    _comes_to(shop, (*BY_STRICT[:2], "UnknownProfile"))
    assert (lasting(shop.policy("house")), _report(shop)) == (lasting(before), report)


def test_the_operators_namespace_has_profiles_for_all_and_goes_before_a_namespaces_own(
    shop: Namespace, everywhere: Namespace
) -> None:
    shop.apply(profile(LENIENT))
    _comes_to(shop, BY_LENIENT)
    _everywhere_comes_to(everywhere, ("", None, "UnknownProfile"))
    everywhere.apply(profile(STRICT))
    _everywhere_comes_to(everywhere, BY_STRICT)
    _comes_to(shop, BY_STRICT)
    everywhere.cluster.kubectl("delete", "configmap", "house", "-n", NAMESPACE)
    _comes_to(shop, BY_LENIENT)
    _everywhere_comes_to(everywhere, (*BY_STRICT[:2], "UnknownProfile"))
