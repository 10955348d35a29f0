"""
Cases of checks: `tests/checks/<check id>/{pass,fail,skip,unknown}.<why>.yaml`.

A case is a file of Kubernetes objects. One of its documents may be a mapping `case:` with

    parameters    the check's parameters, as a policy writes them
    workload      which workload is judged, as `Deployment/cart` or `shop/Deployment/cart`; needed only when there are
                  several roots
    now           the moment of judgement (default: 2026-11-21T10:00:00Z)
    live          `false` for manifests, with no cluster behind them (default: true)
    whole         `false` where one namespace alone was read (default: true)
    not_installed kinds of others that nobody has installed, as `ServiceMonitor` (default: none; of manifests those
                  that there is no object of). Secrets are read where there is one
    inspected     `true` where values of Secrets may be looked at
    observations  what probes saw: a list of {pod, question, answers}; `question` as `http 8080 /healthz`, `https …`,
                  `tcp 5432`, `grpc 9000 service`; `answers` a list, oldest first, one every ten seconds up to now:
                  a status (`200`), `ok`, `refused`, `timeout`, or `{answer: 200, seconds: 0.4}`
    probing       settings of the policy: {failure_threshold: 2, interval: 10}
    messages      what is found: `path: message` (or the message alone, where there is no path); required in fail.*

A pod that names no owner belongs to the workload. What has no uid gets one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from readiness.checks import CATALOGUE, Check
from readiness.model import (
    Answer,
    Fail,
    Finding,
    Observation,
    Probing,
    Question,
    Reading,
    Recheck,
    Ref,
    Scheme,
    Skip,
    Snapshot,
    Unknown,
)
from readiness.model.inventory import Inventory
from readiness.model.parse import GUARDED, KINDS, ON_DEMAND, Record, ref_of
from readiness.model.parse.workloads import workload
from readiness.model.snapshot import strengths_among
from readiness.policy.claims import CLAIM_KINDS, claim_of
from readiness.policy.parameters import parameters_of
from tests.guard import guarded

CASES = Path(__file__).parent / "checks"
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
_PARSERS = {(kind.group, kind.kind): kind for kind in KINDS}
_ANSWERS = {
    "ok": (Answer.SUCCESS, "", None),
    "refused": (Answer.UNREACHABLE, "connection refused", None),
    "timeout": (Answer.UNREACHABLE, "no answer within 1 s", None),
}


class _Loader(yaml.CSafeLoader):
    """YAML whose times stay text, as in Kubernetes."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Case:
    """One file, read."""

    path: Path
    check: Check
    objects: list[dict[str, Any]]
    header: dict[str, Any] = field(default_factory=dict)

    @property
    def expected(self) -> str:
        """The first word of the file's name: pass, fail, skip or unknown."""
        return self.path.name.partition(".")[0]

    def judge(self) -> list[Finding]:
        """What the check finds, in a snapshot that refuses reads which it does not declare."""
        inventory = Inventory()
        subject = self._subject()
        for raw in self.objects:
            inventory.put(record_of(raw))
        judged = inventory.workload(subject)
        assert judged is not None, f"{subject} is not among the objects"
        moment = self.header.get("now")
        probing = Probing(**self.header.get("probing", {}))
        cluster = Snapshot(inventory, datetime.fromisoformat(moment) if moment else NOW, probing=probing)
        cluster = replace(cluster, observe=self._observe(cluster.now), live=self.header.get("live", True))
        whole = self.header.get("whole", True)
        cluster = replace(cluster, not_served=frozenset(self._not_served(inventory)), whole=whole)
        if self.header.get("inspected"):
            cluster = replace(cluster, inspect=partial(strengths_among, inventory))
        parameters = parameters_of(self.check, self.header.get("parameters", {}))
        return list(self.check(judged, guarded(cluster, self.check.reads), parameters))

    def judged(self) -> dict[str, Any]:
        """The object that is judged."""
        subject = self._subject()
        return next(raw for raw in self.objects if ref_of(raw) == subject)

    def _not_served(self, inventory: Inventory) -> Iterator[type]:
        names = {kind.__name__ for kind in ON_DEMAND}
        missing = set(self.header.get("not_installed", ()))
        assert missing <= names, f"{self.path}: there are no kinds {missing - names}"
        for kind in ON_DEMAND:
            absent = not inventory.has(kind) and (kind in GUARDED or not self.header.get("live", True))
            if absent or kind.__name__ in missing:
                yield kind

    def _subject(self) -> Ref:
        wanted = self.header.get("workload")
        refs = [ref_of(raw) for raw in self.objects]
        roots = [ref for ref, raw in zip(refs, self.objects, strict=True) if _is_root(raw)]
        if wanted:
            roots = [ref for ref in refs if wanted in (str(ref), f"{ref.namespace}/{ref}")]
        elif len(roots) > 1:
            roots = [ref for ref in roots if ref.kind != "Pod"]
        assert len(roots) == 1, f"{self.path}: say which workload is meant: {roots}"
        for raw, ref in zip(self.objects, refs, strict=True):
            raw["metadata"].setdefault("uid", f"uid-{ref}")
            if raw["kind"] == "Pod" and ref != roots[0] and "ownerReferences" not in raw["metadata"]:
                raw["metadata"]["ownerReferences"] = [_owner(roots[0], self.objects, refs)]
        return roots[0]

    def _observe(self, now: datetime) -> Any:
        items = [{**item, "pod": f"uid-Pod/{item['pod']}"} for item in self.header.get("observations", [])]
        return observed(items, now)


def observed(items: list[dict[str, Any]], now: datetime) -> Any:
    """What probes saw, told by the uids of pods, as snapshots ask for it."""
    seen: dict[tuple[str, Question], Observation] = {}
    for item in items:
        answers, observation = item["answers"], None
        for age, answer in zip(range(len(answers) - 1, -1, -1), answers, strict=True):
            observation = Observation.after(observation, _reading(answer, now - timedelta(seconds=10 * age)))
        assert observation is not None
        seen[item["pod"], _question(item["question"])] = observation
    return lambda pod, question: seen.get((pod, question))


def record_of(raw: dict[str, Any]) -> Record:
    """An object as the inventory keeps it. Raises InvalidClaimError for a waiver or an attestation that is none."""
    if raw["kind"] in CLAIM_KINDS:
        return claim_of(raw)
    kind = _PARSERS.get((ref_of(raw).group, raw["kind"]))
    return kind.read(raw) if kind else workload(raw)


def _is_root(raw: dict[str, Any]) -> bool:
    spec = raw.get("spec") or {}
    return raw["kind"] in ("Pod", "CronJob") or (isinstance(spec, dict) and isinstance(spec.get("template"), dict))


def _owner(root: Ref, objects: list[dict[str, Any]], refs: list[Ref]) -> dict[str, Any]:
    raw = objects[refs.index(root)]
    uid = raw["metadata"].get("uid", f"uid-{root}")
    return {"apiVersion": raw["apiVersion"], "kind": root.kind, "name": root.name, "uid": uid, "controller": True}


def _question(text: str) -> Question:
    scheme, port, *rest = text.split()
    return Question(Scheme(scheme), int(port), rest[0] if rest else "")


def _reading(answer: Any, at: datetime) -> Reading:
    seconds = answer.get("seconds", 0.01) if isinstance(answer, dict) else 0.01
    word = str(answer["answer"] if isinstance(answer, dict) else answer)
    if word.isdecimal():
        good = 200 <= int(word) < 400
        return Reading(at, Answer.SUCCESS if good else Answer.FAILURE, word, seconds, int(word))
    kind, detail, status = _ANSWERS[word]
    return Reading(at, kind, detail, seconds, status)


def read(path: Path) -> Case:
    """A case from its file."""
    check = CATALOGUE.get(path.parent.name)
    assert check is not None, f"no check is called {path.parent.name}"
    documents = [item for item in yaml.load_all(path.read_text(), Loader=_Loader) if item]
    header: dict[str, Any] = {}
    for item in documents:
        header |= item.get("case", {})
    return Case(path, check, [item for item in documents if "case" not in item], header)


def paths() -> Iterator[Path]:
    """All case files."""
    yield from sorted(CASES.glob("*/*.yaml"))


def told(finding: Finding) -> str:
    """A finding as `messages` of a case have it."""
    if isinstance(finding, Fail) and finding.path:
        return f"{finding.path}: {finding.message}"
    return "" if isinstance(finding, Recheck) else finding.message


def outcome(findings: list[Finding]) -> str:
    """The one word for what was found."""
    kinds = {type(item) for item in findings}
    for kind, word in ((Fail, "fail"), (Unknown, "unknown"), (Skip, "skip")):
        if kind in kinds:
            return word
    return "pass"


__all__ = ["CASES", "NOW", "Case", "outcome", "paths", "read", "record_of", "told"]
