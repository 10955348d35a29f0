"""What a published report means for the next one."""

from typing import Any

import pytest
from tests.builders import NOW, check, policy, requirement, snapshot, workload

from readiness.engine.evaluate import evaluate
from readiness.engine.published import NOTHING, Card, Published, Seen, digests
from readiness.engine.report import report
from readiness.engine.scorecard import Answer
from readiness.model import Fail, Outcome, Ref, Skip, Unknown, Verdict
from readiness.policy.compiled import Ask, Policy, PolicyRef

PRODUCTION = PolicyRef("ReadinessPolicy", "shop", "production")
BASELINE = PolicyRef("ClusterReadinessPolicy", "", "baseline")
DOWN = Fail("spec.template", "does not answer")


def _policies() -> list[Policy]:
    up, down = check("up", live=True), check("down", DOWN, live=True)
    return [
        policy(
            requirement("up", up),
            requirement("health", down, Ask(up, "second", None), blocking=False),
            requirement("unseen", check("unseen", Unknown("not asked"), live=True)),
            requirement("idle", check("idle", Skip("nothing to do"))),
        ),
        policy(requirement("down", down), name="baseline", namespace=""),
    ]


def _raw(**metadata: Any) -> dict[str, Any]:
    subject = workload(uid="u-1", generation=7, api_version="argoproj.io/v1", kind="Rollout")
    raw = report(evaluate(subject, _policies(), snapshot()), NOW)
    raw["metadata"] |= metadata
    return raw


def test_a_report_is_read_back_as_it_was_written() -> None:
    raw = _raw(uid="r-1", resourceVersion="42")
    published = Published.of(raw)
    assert published.ref == Ref("ReadinessReport", "shop", raw["metadata"]["name"], "readiness.dev")
    assert published.subject == Ref("Rollout", "shop", "cart", "argoproj.io")
    assert (published.uid, published.resource_version) == ("r-1", "42")
    assert published.cards == {
        PRODUCTION: Card(
            Verdict.UNKNOWN,
            {
                "up": Outcome.PASS,
                "health": Outcome.WARN,
                "unseen": Outcome.UNKNOWN,
                "idle": Outcome.NOT_APPLICABLE,
            },
        ),
        BASELINE: Card(Verdict.NO_GO, {"down": Outcome.FAIL}),
    }
    assert list(published.conditions) == raw["status"]["conditions"]


def test_live_outcomes_are_carried_over_with_what_was_found() -> None:
    published = Published.of(_raw())
    time = "2026-11-21T10:00:00Z"
    assert published.live == {
        (PRODUCTION, "up", "up"): Seen(Outcome.PASS, time),
        (PRODUCTION, "down", "down"): Seen(Outcome.FAIL, time),
        (PRODUCTION, "up", "second"): Seen(Outcome.PASS, time),
        (BASELINE, "down", "down"): Seen(Outcome.FAIL, time),
    }
    assert published.carried == {
        (PRODUCTION, "up", "up"): Answer(Outcome.PASS),
        (PRODUCTION, "down", "down"): Answer(Outcome.FAIL, (DOWN,)),
        (PRODUCTION, "up", "second"): Answer(Outcome.PASS),
        (BASELINE, "down", "down"): Answer(Outcome.FAIL, (DOWN,)),
    }


def test_a_failure_of_which_nothing_is_told_is_not_carried_over() -> None:
    raw = _raw()
    for card in raw["status"]["scorecards"]:
        for line in card["requirements"]:
            line.pop("findings", None)
            for item in line.get("checks", ()):
                item.pop("findings", None)
    assert {asked[1] for asked in Published.of(raw).carried} == {"up"}


def test_what_another_check_does_not_know_is_no_failure() -> None:
    raw = _raw()
    production = raw["status"]["scorecards"][1]
    production["live"].append({"id": "unseen", "outcome": "fail", "observedTime": "2026-11-21T10:00:00Z"})
    assert (PRODUCTION, "unseen", "unseen") not in Published.of(raw).carried


def test_a_core_workload_has_no_group() -> None:
    raw = report(evaluate(workload(kind="Pod"), [policy()], snapshot()), NOW)
    assert Published.of(raw).subject == Ref("Pod", "shop", "cart")


def test_the_digest_is_of_the_content_only() -> None:
    exact, loose = digests(_raw())
    assert digests(_raw(uid="r-1", resourceVersion="42", managedFields=[], annotations={"a": "b"})) == (exact, loose)
    labels = {**_raw()["metadata"]["labels"], "team": "shop"}
    assert digests(_raw(labels=labels)) == (exact, loose)


@pytest.mark.parametrize("edited", ["labels", "ownerReferences"])
def test_an_edit_of_what_is_ours_changes_the_digest(edited: str) -> None:
    raw = _raw()
    del raw["metadata"][edited]
    assert digests(raw)[0] != digests(_raw())[0]


def test_the_loose_digest_does_not_see_the_workloads_generation() -> None:
    later = _raw()
    later["status"]["workloadGeneration"] = 8
    assert digests(later)[0] != digests(_raw())[0]
    assert digests(later)[1] == digests(_raw())[1]
    later["status"]["score"] = 99
    assert digests(later)[1] != digests(_raw())[1]


def test_what_is_no_report_of_ours_is_refused() -> None:
    broken: dict[str, Any]
    for broken in ({"metadata": {}}, {**_raw(), "status": {"scorecards": [{}]}}, {**_raw(), "spec": None}):
        with pytest.raises((KeyError, TypeError, ValueError)):
            Published.of(broken)


def test_nothing_is_published_at_first() -> None:
    assert NOTHING.subject is None
    assert not NOTHING.cards
