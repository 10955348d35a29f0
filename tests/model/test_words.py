"""Names and the words of results, in their order."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.model import Owner, Ref, Severity, Verdict


def test_severities_rank_the_worst_first() -> None:
    words = sorted(Severity, key=lambda severity: severity.rank)
    assert words == ["critical", "high", "medium", "low", "info"]


@given(st.lists(st.sampled_from(Severity)))
def test_the_highest_of_some_severities_is_the_worst_of_them(severities: list[Severity]) -> None:
    highest = Severity.highest(severities)
    assert highest in severities or (highest is Severity.INFO and not severities)
    assert all(highest.rank <= severity.rank for severity in severities)


def test_verdicts_rank_the_best_first() -> None:
    words = sorted(Verdict, key=lambda verdict: verdict.rank)
    assert words == ["Go", "GoWithConditions", "Unknown", "NoGo"]


@pytest.mark.parametrize(
    "ref, told, kind",
    [
        (Ref("Pod", "shop", "cart"), "Pod/cart", "Pod"),
        (Ref("Deployment", "shop", "cart", "apps"), "Deployment/cart", "Deployment"),
        (Ref("CronJob", "shop", "report", "batch"), "CronJob/report", "CronJob"),
        (Ref("Rollout", "shop", "cart", "argoproj.io"), "Rollout/cart", "Rollout.argoproj.io"),
    ],
)
def test_a_name_is_told_with_its_group_where_that_is_not_kubernetes_own(ref: Ref, told: str, kind: str) -> None:
    assert (str(ref), ref.api_kind) == (told, kind)


def test_names_sort_by_kind_namespace_name_and_group() -> None:
    refs = [Ref("A", "a", "b"), Ref("A", "b", "a"), Ref("A", "b", "a", "x"), Ref("B", "a", "a")]
    assert all(first < second for first, second in pairwise(refs))


@pytest.mark.parametrize("version, group", [("v1", ""), ("apps/v1", "apps"), ("", "")])
def test_an_owner_has_the_group_of_its_api_version(version: str, group: str) -> None:
    assert Owner("Any", "it", "u-1", version).group == group
