"""What the operator reads of Secrets in each of the chart's modes, what it finds by that, and what it never shows."""

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from tests.cluster import samples
from tests.cluster.installed import NAMESPACE, SERVICE_ACCOUNT, Installation, Namespace, comes_to, wait_for

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(420)]

Raw = dict[str, Any]
TWICE = b64encode(samples.WEAK.encode()).decode()
VERBS = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")
RESOLVE, ROTATION, STRENGTH = "secret-references-resolve", "secret-rotation", "secret-strength"
REQUIREMENTS = [
    {"name": RESOLVE},
    {"name": ROTATION, "checks": [{"id": ROTATION, "parameters": {"maxAge": "10s"}}]},
    {"name": STRENGTH, "severity": "critical"},
]
TOO_WEAK = "key jwt of Secret cart is shorter than 32 bytes and has less than 128 bits of entropy"
NOT_READ = ("unknown", "Secrets are not read: the operator's setting secrets.read is none")
NOT_LOOKED_AT = ("unknown", "values of Secrets are not looked at: the operator's setting secrets.inspect is off")


@pytest.fixture
def shop(operator: Installation, aging: Namespace) -> Iterator[Namespace]:
    """The workloads that take something from Secrets, with a policy, and a Secret that nobody uses."""
    asked = samples.policy("production", requirements=REQUIREMENTS)
    del asked["spec"]["profile"]
    aging.keep_secret("other", {"JWT_SECRET": samples.WEAK})
    aging.apply(asked)
    yield aging
    aging.cluster.kubectl("delete", "rdp/production", "secret/nowhere", "-n", aging.name, "--ignore-not-found")
    operator.install()


def lines(shop: Namespace, workload: str) -> dict[str, tuple[str, str]]:
    """Outcome of each requirement, and what is said of it first; nothing while there is no report."""
    report = shop.report(f"deployment-{workload}")
    if report is None:
        return {}
    (card,) = report["status"]["scorecards"]
    told = {item["name"]: (item["outcome"], _first(item)) for item in card["requirements"]}
    told |= dict.fromkeys(card["notApplicable"], ("notApplicable", ""))
    return told | dict.fromkeys(card["passed"], ("pass", ""))


def _first(line: Raw) -> str:
    answer = line.get("checks", [line])[0]
    return str(answer["findings"][0]["message"])


def _says(shop: Namespace, workload: str, requirement: str, expected: tuple[str, str], within: float = 60) -> None:
    comes_to(lambda: lines(shop, workload).get(requirement), expected, within)


def allowed(operator: Installation) -> set[str]:
    """What its ServiceAccount may do with the Secrets of the cluster."""
    return {verb for verb in VERBS if _may(operator, verb)}


def _may(operator: Installation, verb: str) -> bool:
    command = ["kubectl", "auth", "can-i", verb, "secrets", "--all-namespaces", "--as", SERVICE_ACCOUNT]
    done = operator.cluster.run(command, capture_output=True, text=True)
    return {"yes": True, "no": False}[done.stdout.strip()]


def test_each_mode_reads_what_it_says_and_finds_what_can_be_found_by_it(
    operator: Installation, shop: Namespace
) -> None:
    assert allowed(operator) == set()
    _says(shop, "cart", RESOLVE, ("pass", ""))  # its container has started, so all that it needs was there
    _says(shop, "late", RESOLVE, ("fail", "container app cannot start: Secret cart has no key password"), 180)
    _says(shop, "resting", RESOLVE, ("notApplicable", ""))
    _says(shop, "cart", ROTATION, NOT_READ)
    _says(shop, "cart", STRENGTH, NOT_LOOKED_AT)
    assert operator.reads() == []

    operator.install(secrets={"inspect": True}, logging={"level": "debug"}, workloadMetrics={"enabled": True})
    comes_to(lambda: allowed(operator), {"get"})
    _says(shop, "cart", STRENGTH, ("fail", TOO_WEAK))
    _says(shop, "late", STRENGTH, ("notApplicable", ""))
    _says(shop, "cart", ROTATION, NOT_READ)
    asked = {(event["verb"], event["objectRef"]["namespace"], event["objectRef"]["name"]) for event in operator.reads()}
    assert asked == {("get", shop.name, "cart")}
    _shows_no_value(operator, shop)

    operator.install(secrets={"read": "metadata"})
    comes_to(lambda: allowed(operator), {"list", "watch"})
    _says(shop, "late", RESOLVE, ("fail", "Secret cart has no key password"))
    _says(shop, "resting", RESOLVE, ("fail", "Secret nowhere does not exist"))
    _says(shop, "cart", ROTATION, ("fail", "Secret cart has not been changed for 10s"))
    _says(shop, "cart", STRENGTH, NOT_LOOKED_AT)
    shop.keep_secret("nowhere", {"password": samples.WEAK})
    _says(shop, "resting", RESOLVE, ("pass", ""))
    _reads_metadata_alone(operator)

    operator.install()
    comes_to(lambda: allowed(operator), set())
    _says(shop, "cart", ROTATION, NOT_READ)
    assert operator.reads() == []


def _reads_metadata_alone(operator: Installation) -> None:
    comes_to(lambda: {event["verb"] for event in operator.reads()}, {"list", "watch"})
    reads = operator.reads()
    answers = [event["responseObject"] for event in reads if event["verb"] == "list"]
    assert {answer["kind"] for answer in answers} == {"PartialObjectMetadataList"}
    assert '"name": "cart"' in json.dumps(answers)
    assert TWICE not in json.dumps(reads)


def _shows_no_value(operator: Installation, shop: Namespace) -> None:
    """Neither in what is written, nor in what is told by debug logs and metrics."""
    cluster = operator.cluster
    comes_to(lambda: shop.condition("production", "Compliant").get("status"), "False")
    wait_for(lambda: any('workload="cart"' in operator.ask(pod, "/metrics") for pod in operator.pods()))
    written = cluster.kubectl("get", "rdp,rdr,events,configmaps,pods", "-n", shop.name, "-o", "json")
    own = cluster.kubectl("get", "all,events,configmaps,leases", "-n", NAMESPACE, "-o", "json")
    logs, answers = "", ""
    for pod in operator.pods():
        logs += cluster.kubectl("logs", "-n", NAMESPACE, pod["metadata"]["name"], "--tail=-1")
        answers += "".join(operator.ask(pod, path) for path in ("/metrics", "/readyz", "/livez"))
    assert TOO_WEAK in written
    assert '"message":"leading"' in logs
    for text in (written, own, logs, answers):
        assert samples.WEAK not in text
        assert TWICE not in text
