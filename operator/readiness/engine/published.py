"""What a published report says, as far as the next one depends on it: this, not memory, is what "published" means."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from sys import intern
from typing import Any

import orjson

from readiness.engine.scorecard import Answer
from readiness.model import Fail, Outcome, Ref, Verdict
from readiness.model.records import dataclass
from readiness.policy.compiled import PolicyRef
from readiness.policy.names import GROUP

VERDICT_LABEL = f"{GROUP}/verdict"

Raw = Mapping[str, Any]
Asked = tuple[PolicyRef, str, str]
"""A live check as somebody asked it: by which policy, its id, and the name that it was given there."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A live check's outcome, and since when it is that."""

    outcome: Outcome
    time: str


@dataclass(frozen=True, slots=True)
class Card:
    """A published scorecard: its verdict, the outcome of each requirement, and the names of the waivers that count."""

    verdict: Verdict
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    waivers: frozenset[str] = frozenset()


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
    live: Mapping[Asked, Seen] = field(default_factory=dict)
    carried: Mapping[Asked, Answer] = field(default_factory=dict)
    created: str = ""

    @classmethod
    def of(cls, raw: Raw) -> "Published":
        """The record of a raw report. Raises KeyError, ValueError or TypeError when it is none of ours."""
        metadata, status = raw["metadata"], raw["status"]
        namespace = metadata["namespace"]
        cards = {_policy(card, namespace): card for card in status.get("scorecards", ())}
        exact, loose = digests(raw)
        return cls(
            ref=Ref("ReadinessReport", namespace, metadata["name"], GROUP),
            subject=_subject(raw["spec"]["workloadRef"], namespace),
            uid=metadata.get("uid", ""),
            created=metadata.get("creationTimestamp", ""),
            resource_version=metadata.get("resourceVersion", ""),
            digest=exact,
            loose_digest=loose,
            conditions=tuple(status.get("conditions", ())),
            cards={ref: _card(card) for ref, card in cards.items()},
            live={
                (ref, *_asked(item)): Seen(Outcome(item["outcome"]), item["observedTime"])
                for ref, card in cards.items()
                for item in card.get("live", ())
            },
            carried={(ref, *asked): answer for ref, card in cards.items() for asked, answer in _carried(card)},
        )


NOTHING = Published(Ref("ReadinessReport", "", "", GROUP))


def digests(raw: Raw) -> tuple[bytes, bytes]:
    """
    Digests of a report's content: all of it, and all but the workload's generation.

    Labels that others put on it are theirs: a webhook that labels everything must not make us write for ever.
    """
    metadata = raw["metadata"]
    content = {
        "verdict": metadata.get("labels", {}).get(VERDICT_LABEL),
        "owners": metadata.get("ownerReferences", []),
        "spec": raw["spec"],
        "status": raw["status"],
    }
    exact = _digest(content)
    status = {key: value for key, value in raw["status"].items() if key != "workloadGeneration"}
    return exact, _digest({**content, "status": status})


def _digest(content: Any) -> bytes:
    from hashlib import blake2b  # noqa: PLC0415 - it loads OpenSSL, 3 ms that the offline audit does without

    return blake2b(orjson.dumps(content, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()


def _subject(raw: Raw, namespace: str) -> Ref:
    group, slash, _ = raw["apiVersion"].partition("/")
    return Ref(raw["kind"], namespace, raw["name"], group if slash else "")


def _policy(card: Raw, namespace: str) -> PolicyRef:
    ref = card["policyRef"]
    return PolicyRef(ref["kind"], "" if ref["kind"] == "ClusterReadinessPolicy" else namespace, ref["name"])


def _card(raw: Raw) -> Card:
    """The names are interned: thousands of reports share them."""
    outcomes = {intern(item["name"]): Outcome(item["outcome"]) for item in raw.get("requirements", ())}
    outcomes |= dict.fromkeys(map(intern, raw.get("passed", ())), Outcome.PASS)
    outcomes |= dict.fromkeys(map(intern, raw.get("notApplicable", ())), Outcome.NOT_APPLICABLE)
    waived = [item["waiver"] for item in raw.get("requirements", ()) if "waiver" in item]
    waivers = frozenset(intern(name) for item in waived for name in (item["name"], *item.get("others", ())))
    return Card(Verdict(raw["verdict"]), outcomes, waivers)


def _asked(item: Raw) -> tuple[str, str]:
    return item["id"], item.get("name", item["id"])


def _carried(card: Raw) -> Iterator[tuple[tuple[str, str], Answer]]:
    """The answers of live checks; a failure only where the report still says what was found."""
    failing = {asked: findings for asked, findings in _failing(card) if findings}
    for item in card.get("live", ()):
        asked, outcome = _asked(item), Outcome(item["outcome"])
        if outcome is Outcome.PASS:
            yield asked, Answer(outcome)
        elif asked in failing:
            yield asked, Answer(outcome, failing[asked])


def _failing(card: Raw) -> Iterator[tuple[tuple[str, str], tuple[Fail, ...]]]:
    """What was found by the checks that failed; a requirement without checks is the check of its name."""
    for requirement in card.get("requirements", ()):
        for answer in requirement.get("checks") or ({**requirement, "id": requirement["name"]},):
            if answer["outcome"] in (Outcome.FAIL, Outcome.WARN):
                found = answer.get("findings", ())
                yield _asked(answer), tuple(Fail(item.get("path", ""), item["message"]) for item in found)
