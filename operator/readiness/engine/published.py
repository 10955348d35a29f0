"""What a published report says, as far as the next one depends on it: this, not memory, is what "published" means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import orjson

from readiness.engine.scorecard import Answer
from readiness.model import Fail, Outcome, Ref, Verdict
from readiness.model.reasons import Reason
from readiness.policy.compiled import PolicyRef

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """A live check's outcome, and since when it is that."""

    outcome: Outcome
    time: str


@dataclass(frozen=True, slots=True)
class Card:
    """A published scorecard: its verdict, and the outcome of each requirement."""

    verdict: Verdict
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """
    A report as the API server has it.

    `digest` is of its content, `loose_digest` the same but for the workload's generation. `carried` are the answers
    of live checks, for a leader that has no evidence of its own yet.
    """

    ref: Ref
    subject: Ref | None = None
    uid: str = ""
    resource_version: str = ""
    digest: bytes = b""
    loose_digest: bytes = b""
    conditions: tuple[Raw, ...] = ()
    cards: Mapping[PolicyRef, Card] = field(default_factory=dict)
    live: Mapping[tuple[PolicyRef, str], Seen] = field(default_factory=dict)
    carried: Mapping[str, Answer] = field(default_factory=dict)

    @classmethod
    def of(cls, raw: Raw) -> "Published":
        """The record of a raw report. Raises KeyError, ValueError or TypeError when it is none of ours."""
        metadata, status = raw["metadata"], raw["status"]
        namespace = metadata["namespace"]
        cards = {_policy(card, namespace): card for card in status.get("scorecards", ())}
        exact, loose = digests(raw)
        return cls(
            ref=Ref("ReadinessReport", namespace, metadata["name"], "readiness.dev"),
            subject=_subject(raw["spec"]["workloadRef"], namespace),
            uid=metadata.get("uid", ""),
            resource_version=metadata.get("resourceVersion", ""),
            digest=exact,
            loose_digest=loose,
            conditions=tuple(status.get("conditions", ())),
            cards={ref: _card(card) for ref, card in cards.items()},
            live={
                (ref, item.get("name", item["id"])): Seen(Outcome(item["outcome"]), item["observedTime"])
                for ref, card in cards.items()
                for item in card.get("live", ())
            },
            carried=_carried(cards.values()),
        )


NOTHING = Published(Ref("ReadinessReport", "", "", "readiness.dev"))


def digests(raw: Raw) -> tuple[bytes, bytes]:
    """Digests of a report's content: all of it, and all but the workload's generation."""
    metadata = raw["metadata"]
    content = {
        "labels": metadata.get("labels", {}),
        "owners": metadata.get("ownerReferences", []),
        "spec": raw["spec"],
        "status": raw["status"],
    }
    exact = _digest(content)
    status = {key: value for key, value in raw["status"].items() if key != "workloadGeneration"}
    return exact, _digest({**content, "status": status})


def _digest(content: Any) -> bytes:
    return blake2b(orjson.dumps(content, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()


def _subject(raw: Raw, namespace: str) -> Ref:
    group, slash, _ = raw["apiVersion"].partition("/")
    return Ref(raw["kind"], namespace, raw["name"], group if slash else "")


def _policy(card: Raw, namespace: str) -> PolicyRef:
    ref = card["policyRef"]
    return PolicyRef(ref["kind"], "" if ref["kind"] == "ClusterReadinessPolicy" else namespace, ref["name"])


def _card(raw: Raw) -> Card:
    outcomes = {item["name"]: Outcome(item["outcome"]) for item in raw.get("requirements", ())}
    outcomes |= dict.fromkeys(raw.get("passed", ()), Outcome.PASS)
    outcomes |= dict.fromkeys(raw.get("notApplicable", ()), Outcome.NOT_APPLICABLE)
    return Card(Verdict(raw["verdict"]), outcomes)


def _carried(cards: Any) -> dict[str, Answer]:
    """Answers of live checks by id; where two policies' answers differ, the worse."""
    found: dict[str, Answer] = {}
    for card in cards:
        failing = _failing_findings(card)
        for item in card.get("live", ()):
            check, outcome = item["id"], Outcome(item["outcome"])
            if check not in found or outcome is Outcome.FAIL:
                found[check] = Answer(outcome, failing.get(check, ()) if outcome is Outcome.FAIL else ())
    return {check: answer for check, answer in found.items() if answer.findings or answer.outcome is Outcome.PASS}


def _failing_findings(card: Raw) -> dict[str, tuple[Fail, ...]]:
    found: dict[str, tuple[Fail, ...]] = {}
    for requirement in card.get("requirements", ()):
        answers = requirement.get("checks") or [{**requirement, "id": requirement["name"]}]
        for answer in answers:
            if answer.get("reason") != Reason.CHECK_FAILED:
                findings = answer.get("findings", ())
                found[answer["id"]] = tuple(Fail(item.get("path", ""), item["message"]) for item in findings)
    return found
