"""What the catalogue promises: ids that stay, and profiles that leave none of them out by mistake."""

import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from tests.architecture.sources import PACKAGE, ROOT, shown

from readiness.checks import CATALOGUE, Kind

_LOCK = PACKAGE / "checks/ids.lock"
_RECOMMENDED = PACKAGE / "policy/profiles/recommended.yaml"
_ATTESTED = (Kind.ATTESTATION, Kind.STYLE)  # what a team has to show is in the profiles of teams

# Not in the profile: an autoscaler is a choice, the names of secrets are a team's own, mounting them as files is a
# taste, and a startup probe helps only what starts slowly.
_NOT_FOR_EVERYBODY = frozenset(
    {"horizontal-pod-autoscaler", "required-secrets", "secrets-mounted-as-files", "startup-probe"}
)
# In no profile: opposed by as many as ask for it, of use on some clusters only, or with a parameter to be told.
_FOR_SOME = frozenset(
    {
        "allowed-registries", "dns-ndots", "image-pull-secrets", "no-cpu-limits", "node-affinity",
        "pod-management-policy", "readiness-gates", "required-annotations", "runtime-class", "safe-to-evict",
        "user-namespace", "vertical-pod-autoscaler",
    }
)  # fmt: skip

# Settings have the names that a team gave them, and who runs in one region or deploys by hand may have reasons.
_NOT_FOR_EVERYBODY |= {
    "config-externalized", "config-value", "config-reload", "production-mode", "log-levels", "tracing-configured",
    "error-reporting", "access-token-ttl", "cache-ttl", "request-timeouts", "connection-pool-configured",
    "persistent-datastore", "pubsub-backend", "datastore-tls", "no-default-credentials", "pre-stop-hook",
    "signal-handling", "graceful-shutdown-observed", "version-label", "deployment-managed", "multi-region",
    "ingress-tls",
}  # fmt: skip


def _locked() -> list[str]:
    return _LOCK.read_text().split()


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no history here: {done.stderr.strip()}")
    return done.stdout


def test_every_check_is_in_the_lock_and_nothing_else() -> None:
    assert sorted(_locked()) == sorted(check.id for check in CATALOGUE)


def test_the_lock_only_grows() -> None:
    commits = _git("log", "--format=%h", "--", shown(_LOCK)).split()
    versions = [_locked(), *(_git("show", f"{commit}:{shown(_LOCK)}").split() for commit in commits)]
    for newer, older in pairwise(versions):
        assert newer[: len(older)] == older


def _asked(profile: Path) -> set[str]:
    requirements = yaml.load(profile.read_bytes(), Loader=yaml.CSafeLoader)["requirements"]
    return {item["id"] for line in requirements for item in line.get("checks", [{"id": line["name"]}])}


def test_the_recommended_profile_has_every_check_but_those_for_some() -> None:
    elsewhere = set().union(*(_asked(path) for path in _RECOMMENDED.parent.glob("*.yaml") if path != _RECOMMENDED))
    judged = {check.id for check in CATALOGUE if check.implemented and check.kind not in _ATTESTED}
    assert _asked(_RECOMMENDED) <= judged - _NOT_FOR_EVERYBODY
    assert judged <= _asked(_RECOMMENDED) | elsewhere | _NOT_FOR_EVERYBODY | _FOR_SOME
    assert judged >= _NOT_FOR_EVERYBODY | _FOR_SOME
