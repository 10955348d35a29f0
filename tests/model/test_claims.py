"""Claims: whom they are about, when they hold, and which of them a workload is found with."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.builders import NOW, container, snapshot, workload

from readiness.model import Ref, Snapshot
from readiness.model.claims import Attestation, Phase, Subject, Validity, Waiver, frozen
from readiness.model.container import PodSpec
from readiness.model.inventory import Inventory
from readiness.model.labels import Expression, Selector
from readiness.model.pod import ContainerState, Pod
from readiness.model.reasons import Reason
from readiness.model.ref import Owner

HOUR = timedelta(hours=1)
CART = Subject("Deployment", "cart")
TODAY = Validity(NOW - HOUR, NOW + HOUR)
IMAGE = "registry.shop.example/cart:1.2"


def attested(
    name: str = "load-test", subject: Subject = CART, validity: Validity = TODAY, image: str = ""
) -> Attestation:
    return Attestation(
        Ref("ReadinessAttestation", "shop", name, "readiness.dev"), "load-test", subject, validity, image=image
    )


def waived(name: str = "legacy", subject: Subject = CART, validity: Validity = TODAY) -> Waiver:
    return Waiver(Ref("ReadinessWaiver", "shop", name, "readiness.dev"), subject, validity)


@pytest.mark.parametrize(
    "subject, is_matched",
    [
        (CART, True),
        (Subject("Deployment", "cart", "apps"), True),
        (Subject("Deployment", "cart", "shop.example"), False),
        (Subject("Deployment", "search"), False),
        (Subject("StatefulSet", "cart"), False),
        (Subject(selector=Selector((("tier", "web"),))), True),
        (Subject(selector=Selector()), True),
        (Subject(selector=Selector((("tier", "db"),))), False),
    ],
)  # fmt: skip
def test_a_subject_is_named_or_selected_by_the_labels_of_the_workload(subject: Subject, *, is_matched: bool) -> None:
    cart = workload(labels={"tier": "web"}, uid="u")
    cluster = snapshot(cart, attested(subject=subject), waived(subject=subject))
    assert subject.matches(cart) is is_matched
    assert bool(cluster.waivers_for(cart)) is is_matched
    assert bool(cluster.attestations_for(cart, "load-test")) is is_matched
    assert list(cluster.inventory.subjects_of(waived(subject=subject))) == ([cart] if is_matched else [])


@pytest.mark.parametrize(
    "subject, words",
    [
        (CART, "Deployment/cart"),
        (Subject(selector=Selector((("tier", "web"), ("zone", "a")))), "workloads with tier=web,zone=a"),
        (Subject(selector=Selector((), (Expression("tier", "Exists"),))), "workloads with the labels of its selector"),
    ],
)
def test_a_subject_is_told_in_words(subject: Subject, words: str) -> None:
    assert str(subject) == words


def test_claims_count_in_their_own_namespace_only() -> None:
    cart = workload(namespace="mail")
    assert not snapshot(cart, waived()).waivers_for(cart)


@pytest.mark.parametrize(
    "now, phase, changes",
    [
        (NOW - 2 * HOUR, Phase.BEFORE, NOW - HOUR),
        (NOW - HOUR, Phase.DURING, NOW + HOUR),
        (NOW + HOUR - timedelta(seconds=1), Phase.DURING, NOW + HOUR),
        (NOW + HOUR, Phase.AFTER, None),
    ],
)
def test_validity_begins_with_its_start_and_is_over_at_its_end(
    now: datetime, phase: Phase, changes: datetime | None
) -> None:
    assert TODAY.at(now) is phase
    assert TODAY.next_change(now) == changes


def test_what_has_no_end_always_holds() -> None:
    endless = Validity(None, None)
    assert endless.at(NOW) is Phase.DURING
    assert endless.next_change(NOW) is None


def test_the_newest_attestation_comes_first() -> None:
    cart = workload()
    old = attested("old", validity=Validity(NOW - 9 * HOUR, NOW))
    always = attested("always", Subject(selector=Selector()), Validity(None, None))
    other = replace(attested("other"), claim="on-call")
    cluster = snapshot(cart, old, always, attested("new"), other)
    assert [item.ref.name for item in cluster.attestations_for(cart, "load-test")] == ["new", "old", "always"]


def test_a_claim_that_is_changed_or_gone_is_found_no_more() -> None:
    cart, inventory = workload(labels={"tier": "web"}), Inventory()
    for subject in (CART, Subject(selector=Selector((("tier", "web"),))), Subject("Deployment", "search")):
        inventory.put(waived(subject=subject))
    assert not inventory.waivers_of(cart)
    inventory.put(waived())
    inventory.drop(waived())
    assert not inventory.waivers_of(cart)


def test_a_waiver_covers_what_both_its_lists_name() -> None:
    every = waived()
    both = replace(every, requirements=frozenset({"non-root"}), checks=frozenset({"run-as-non-root"}))
    assert every.covers("anything", "at-all")
    assert both.covers("non-root", "run-as-non-root")
    assert not both.covers("non-root", "another-check")
    assert not both.covers("another", "run-as-non-root")
    assert every.covers_container("")
    assert replace(every, containers=frozenset({"legacy"})).covers_container("legacy")
    assert not replace(every, containers=frozenset({"legacy"})).covers_container("")


@pytest.mark.parametrize(
    "validity, standing",
    [
        (TODAY, Reason.FRESH),
        (Validity(NOW - 2 * HOUR, NOW), Reason.EXPIRED),
        (Validity(NOW + HOUR, NOW + 2 * HOUR), Reason.NOT_YET_VALID),
    ],
)
def test_an_attestation_counts_while_it_is_valid(validity: Validity, standing: Reason) -> None:
    assert snapshot().standing_of(attested(validity=validity), workload()) is standing


def running(image: str, **fields: object) -> Pod:
    """A pod of the Deployment cart that runs an image."""
    state = ContainerState("app", image=image, running_since=NOW)
    told = {"phase": "Running", "containers": (state,), **fields}
    return Pod(Ref("Pod", "shop", image), f"u-{image}", Owner("Deployment", "cart", "u-cart", "apps/v1"), **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "pods, counts",
    [
        ([running(IMAGE)], True),
        ([running("cart:2"), running(IMAGE)], True),
        ([running("cart:2")], False),
        ([running(IMAGE, deleted=True)], False),
        ([running(IMAGE, containers=(ContainerState("app", image=IMAGE, waiting_reason="CrashLoopBackOff"),))], False),
        ([], False),
    ],
)
def test_an_attestation_of_an_image_counts_while_a_running_pod_has_it(pods: list[Pod], *, counts: bool) -> None:
    cart = workload("cart", container(image=IMAGE), uid="u-cart", replicas=2)
    cluster = snapshot(cart, *pods)
    assert cluster.standing_of(attested(image=IMAGE), cart) is (Reason.FRESH if counts else Reason.IMAGE_MISMATCH)


@pytest.mark.parametrize(
    "fields, live",
    [({}, False), ({"replicas": 0}, True), ({"kind": "CronJob", "api_version": "batch/v1"}, True)],
)
def test_where_no_pod_is_to_be_expected_the_template_decides(fields: dict[str, Any], *, live: bool) -> None:
    pod = PodSpec(containers=(container(image=IMAGE),), path="spec")
    subject = workload(pod=pod, **fields)
    cluster = Snapshot(Inventory(), datetime(2026, 11, 21, 10, tzinfo=UTC), live=live)
    assert cluster.runs(subject, IMAGE)
    assert not cluster.runs(subject, "cart:2")


def test_values_are_kept_in_a_form_that_can_be_hashed() -> None:
    value = frozen({"rps": 500, "by": ["a", 1.5, None], "at": {"p95": True}, 3: object()})
    assert value == (("3", None), ("at", (("p95", True),)), ("by", ("a", 1.5, None)), ("rps", 500))
    assert isinstance(hash(value), int)
