"""The profiles of the Pod Security Standards: every control of a level, and NoGo for what the admission refuses."""

from typing import Any

import pytest
from pydantic import ValidationError
from tests.builders import snapshot

from readiness.checks import CATALOGUE
from readiness.engine.evaluate import evaluate
from readiness.model import Severity, Verdict
from readiness.model.parse.workloads import workload
from readiness.policy.compile import compile_profile
from readiness.policy.parameters import parameters_of

IDS = [check.id for check in CATALOGUE if check.id.startswith("pss-")]
# Upstream's controls of the baseline level: for ours, those of the restricted level that take its place there.
BASELINE = {
    "pss-host-namespaces": None,
    "pss-privileged": None,
    "pss-capabilities-baseline": "pss-capabilities-restricted",
    "pss-host-path-volumes": "pss-restricted-volumes",
    "pss-host-ports": None,
    "pss-host-probes": None,
    "pss-app-armor": None,
    "pss-selinux": None,
    "pss-proc-mount": "pss-proc-mount-restricted",
    "pss-seccomp-baseline": "pss-seccomp-restricted",
    "pss-sysctls": None,
    "pss-windows-host-process": None,
}
ADDED = {"pss-privilege-escalation", "pss-run-as-non-root", "pss-run-as-user"}


def asked(profile: str) -> set[str]:
    return {ask.check.id for requirement in compile_profile(profile).requirements for ask in requirement.asks}


def test_the_baseline_profile_has_every_control_of_its_level() -> None:
    assert asked("pod-security-baseline") == set(BASELINE)


def test_the_restricted_profile_has_its_controls_and_those_that_they_do_not_replace() -> None:
    assert asked("pod-security-restricted") == {other or own for own, other in BASELINE.items()} | ADDED
    assert asked("pod-security-baseline") | asked("pod-security-restricted") == set(IDS)


@pytest.mark.parametrize("profile", ["pod-security-baseline", "pod-security-restricted"])
def test_every_failure_blocks_whichever_severities_a_policy_blocks(profile: str) -> None:
    requirements = compile_profile(profile).requirements
    assert {(line.severity, line.blocking) for line in requirements} == {(Severity.CRITICAL, True)}


@pytest.mark.parametrize("check_id", IDS)
def test_every_control_knows_versions_and_takes_the_latest_by_itself(check_id: str) -> None:
    check = CATALOGUE.get(check_id)
    assert check is not None
    assert parameters_of(check, {}).version == "latest"
    assert parameters_of(check, {"version": "v1.0"}).version == "v1.0"


@pytest.mark.parametrize("version", ["", "Latest", "1.37", "v1", "v1.", "v1.01", "v2.0", "v1.37.1", "v1.37\n"])
def test_what_is_no_version_is_refused_as_by_the_admissions_labels(version: str) -> None:
    check = CATALOGUE.get("pss-privileged")
    assert check is not None
    with pytest.raises(ValidationError, match="version"):
        parameters_of(check, {"version": version})


HARDENED: dict[str, Any] = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
DEFAULT: dict[str, Any] = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
GO, NO_GO = Verdict.GO, Verdict.NO_GO


def container(context: dict[str, Any], name: str = "app") -> dict[str, Any]:
    return {"name": name, "image": "shop.example/cart:1.4.2", "securityContext": context}


@pytest.mark.parametrize(
    "spec, baseline, restricted",
    [
        ({"containers": [container({})]}, GO, NO_GO),
        ({"containers": [container({"privileged": True})]}, NO_GO, NO_GO),
        ({"containers": [container(HARDENED)], "securityContext": DEFAULT}, GO, GO),
        ({"containers": [container(HARDENED)], "securityContext": DEFAULT, "hostPID": True}, NO_GO, NO_GO),
        ({"containers": [container(HARDENED)], "securityContext": {**DEFAULT, "runAsUser": 0}}, GO, NO_GO),
        ({"containers": [container({})], "securityContext": {"runAsNonRoot": True}, "os": {"name": "windows"}}, GO, GO),
        ({"containers": [container({**HARDENED, "runAsUser": 0})], "hostUsers": False,
          "securityContext": {**DEFAULT, "runAsNonRoot": False}}, GO, GO),
        ({"containers": [container({**HARDENED, "procMount": "Unmasked"})], "hostUsers": False,
          "securityContext": DEFAULT}, GO, NO_GO),
        # Not the admission's answer, as the profiles' descriptions say: a policy's ignoreContainers are not judged.
        ({"containers": [container({}), container({"privileged": True}, "istio-proxy")]}, GO, NO_GO),
    ],
)  # fmt: skip
def test_what_a_level_refuses_is_no_go_and_nothing_else(
    spec: dict[str, Any], baseline: Verdict, restricted: Verdict
) -> None:
    pod = workload({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "cart", "namespace": "shop"}, "spec": spec})
    policies = [compile_profile("pod-security-baseline"), compile_profile("pod-security-restricted")]
    assert [card.verdict for card in evaluate(pod, policies, snapshot()).scorecards] == [baseline, restricted]
