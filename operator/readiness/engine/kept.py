"""Scorecards that stay in a report although their policies do not judge: suspended ones, and such with a mistake."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from readiness.engine.published import VERDICT_LABEL, Published
from readiness.engine.waiving import Effect, Use
from readiness.model import Ref, Verdict
from readiness.policy.compiled import PolicyRef

MAX_SCORECARDS = 16

Raw = dict[str, Any]


def kept_cards(raw: Mapping[str, Any], policies: Collection[PolicyRef]) -> list[Raw]:
    """The scorecards of these policies in a report, as they stand."""
    names = {(ref.kind, ref.name) for ref in policies}
    cards = raw["status"].get("scorecards", ())
    return [card for card in cards if (card["policyRef"]["kind"], card["policyRef"]["name"]) in names]


def with_kept_waivers(
    effects: Mapping[Ref, Effect], published: Published, policies: Collection[PolicyRef]
) -> Mapping[Ref, Effect]:
    """What claims do for a workload, with what its report keeps saying of waivers in the scorecards of these."""
    names = {name for policy in policies for name in published.cards[policy].waivers}
    return {
        ref: replace(effect, kept=True) if isinstance(effect, Use) and ref.name in names else effect
        for ref, effect in effects.items()
    }


def with_kept(report: Raw, cards: list[Raw]) -> Raw:
    """A new report together with scorecards of the one before, as far as there is room for them."""
    status = report["status"]
    room = MAX_SCORECARDS - len(status["scorecards"])
    together = [*status["scorecards"], *cards[:room]]
    return {**report, "status": {**status, "scorecards": together, "policies": status["policies"] + len(cards)}}


def only_kept(raw: Mapping[str, Any], cards: list[Raw]) -> Raw:
    """A published report with only these of its scorecards (one at least); conditions stay as they were."""
    metadata = raw["metadata"]
    worst = max(cards, key=lambda card: (Verdict(card["verdict"]).rank, -card["score"]))
    figures = {
        "verdict": worst["verdict"],
        "score": min(card["score"] for card in cards),
        "items": worst["items"],
        "blockersTotal": sum(card["summary"]["failed"] for card in cards),
        "policies": len(cards),
        "scorecards": cards,
    }
    if "stage" in worst:
        figures["stage"] = worst["stage"]
    return {
        "apiVersion": raw["apiVersion"],
        "kind": raw["kind"],
        "metadata": {
            "name": metadata["name"],
            "namespace": metadata["namespace"],
            "labels": {VERDICT_LABEL: worst["verdict"]},
            "ownerReferences": metadata.get("ownerReferences", []),
        },
        "spec": raw["spec"],
        "status": {key: value for key, value in raw["status"].items() if key != "stage"} | figures,
    }
