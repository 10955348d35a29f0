"""When statuses of waivers and attestations are written, and when somebody is told."""

from datetime import timedelta
from typing import Any

import pytest
from tests.runtime.desk import CART, Desk, judged

from readiness.policy.compiled import PolicyRef
from readiness.runtime.claimbook import ClaimBook, ClaimEntry, ClaimRef

WAIVER, ATTESTATION = "ReadinessWaiver", "ReadinessAttestation"
REF = ClaimRef(WAIVER, "shop", "it")
END = "2026-11-21T10:01:00Z"  # a minute after the desk's beginning


def about(name: str) -> dict[str, str]:
    return {"kind": "Deployment", "name": name}


async def desk_with_a_blocker() -> Desk:
    desk = Desk()
    desk.see(root=True)
    desk.policy()
    desk.operator.lead(True)  # noqa: FBT003
    await desk.pass_time(1)
    assert desk.condition("Compliant")[0] == "False"
    return desk


def reason(entry: ClaimEntry | None, kind: str = "Active") -> str:
    assert entry is not None
    return next((item["reason"] for item in entry.stored.status.get("conditions", ()) if item["type"] == kind), "")


async def test_a_waiver_counts_at_once_and_says_so() -> None:
    desk = await desk_with_a_blocker()
    entry = desk.claim(WAIVER)
    await desk.pass_time(1)
    assert reason(entry) == "Active"
    assert entry is not None
    assert (entry.stored.status["matchedWorkloads"], entry.stored.status["waivedFindings"]) == (1, 1)
    assert desk.condition("Compliant")[0] == "True"


async def test_a_waiver_ends_to_the_second_by_itself() -> None:
    desk = await desk_with_a_blocker()
    entry = desk.claim(WAIVER, expirationTime=END)
    await desk.pass_time(58.5)
    assert (reason(entry), reason(entry, "Expiring")) == ("Active", "ExpiresWithinADay")
    await desk.pass_time(1)
    assert (reason(entry), desk.condition("Compliant")[0]) == ("Expired", "False")
    assert entry is not None
    assert entry.stored.status["waivedFindings"] == 0
    assert [(event.reason, event.regarding.name) for event in desk.ears.told if "Waiver" in event.reason] == [
        ("WaiverExpired", "it")
    ]


async def test_nothing_is_written_twice() -> None:
    desk = await desk_with_a_blocker()
    desk.claim(WAIVER)
    desk.claim(ATTESTATION, "run")
    await desk.pass_time(2)
    written = len(desk.board.written)
    desk.claim(WAIVER)  # our own write comes back
    desk.claim(ATTESTATION, "run")
    desk.see(root=True, generation=1)
    await desk.pass_time(600)
    assert len(desk.board.written) == written


async def test_a_new_leader_writes_nothing_and_tells_nothing_again() -> None:
    desk = await desk_with_a_blocker()
    desk.claim(WAIVER, expirationTime=END)
    await desk.pass_time(61)
    written, told = len(desk.board.written), len(desk.ears.told)
    desk.operator.lead(False)  # noqa: FBT003
    desk.operator.lead(True)  # noqa: FBT003
    await desk.pass_time(60)
    assert (len(desk.board.written), len(desk.ears.told)) == (written, told)


async def test_a_waiver_that_is_gone_waives_no_more_and_old_news_of_it_is_none() -> None:
    desk = await desk_with_a_blocker()
    desk.claim(WAIVER)
    await desk.pass_time(1)
    raw = desk.board.policies[REF]
    desk.operator.lost_own(REF, str(desk.next()))
    desk.operator.saw_own(raw)
    await desk.pass_time(20)
    assert desk.condition("Compliant")[0] == "False"
    assert desk.cluster.claims.get(REF) is None


async def test_a_sweep_finds_what_nobody_told() -> None:
    desk = await desk_with_a_blocker()
    desk.claim(WAIVER)
    await desk.pass_time(1)
    policy, waiver = (raw for ref, raw in desk.board.policies.items() if ref.kind != ATTESTATION)
    desk.operator.sweep([policy], str(desk.next()))
    await desk.pass_time(20)
    assert desk.condition("Compliant")[0] == "False"
    newer = {**waiver["metadata"], "resourceVersion": str(desk.next()), "uid": "another"}
    desk.operator.sweep([policy, {**waiver, "metadata": newer}], str(desk.version))
    await desk.pass_time(20)
    assert desk.condition("Compliant")[0] == "True"


@pytest.mark.parametrize(
    "spec, expected",
    [
        ({"checks": ["no-such-check-at-all"]}, "InvalidSpec"),
        ({"workloadRef": about("search")}, "TargetNotFound"),
        ({"policyRef": {"kind": "ReadinessPolicy", "name": "staging"}}, "TargetNotFound"),
        ({"policyRef": {"kind": "ClusterReadinessPolicy", "name": "production"}}, "TargetNotFound"),
        ({"policyRef": {"kind": "ReadinessPolicy", "name": "production"}}, "Active"),
        ({"requirements": ["resource-limits"]}, "Unused"),
    ],
)
async def test_a_waiver_without_effect_says_why(spec: dict[str, Any], expected: str) -> None:
    desk = await desk_with_a_blocker()
    entry = desk.claim(WAIVER, **spec)
    await desk.pass_time(1)
    assert reason(entry) == expected


async def test_an_invalid_waiver_waives_nothing_and_one_that_is_mended_does() -> None:
    desk = await desk_with_a_blocker()
    desk.claim(WAIVER)
    await desk.pass_time(1)
    entry = desk.claim(WAIVER, generation=2, checks=["no-such-check-at-all"])
    await desk.pass_time(20)
    assert (reason(entry), desk.condition("Compliant")[0]) == ("InvalidSpec", "False")
    assert entry is not None
    assert entry.stored.status["observedGeneration"] == 2
    entry = desk.claim(WAIVER, generation=3)
    await desk.pass_time(20)
    assert (reason(entry), desk.condition("Compliant")[0]) == ("Active", "True")


async def test_workloads_and_policies_that_come_and_go_are_followed() -> None:
    desk = await desk_with_a_blocker()
    entry = desk.claim(WAIVER, workloadRef=about("search"))
    named = desk.claim(WAIVER, "named", policyRef={"kind": "ReadinessPolicy", "name": "staging"})
    await desk.pass_time(1)
    search = desk.see("search", root=True)
    desk.policy("staging")
    await desk.pass_time(1)
    assert (reason(entry), reason(named)) == ("Active", "Active")
    desk.lose(search)
    desk.operator.lost_own(PolicyRef("ReadinessPolicy", "shop", "staging"), str(desk.next()))
    await desk.pass_time(1)
    assert (reason(entry), reason(named)) == ("TargetNotFound", "TargetNotFound")
    assert not desk.cluster.claims.is_counted(search)


async def test_claims_are_followed_where_no_policy_judges() -> None:
    desk = Desk()
    desk.see()
    desk.operator.lead(True)  # noqa: FBT003
    waiver, attestation = desk.claim(WAIVER), desk.claim(ATTESTATION, "run", image="cart:9")
    await desk.pass_time(1)
    assert (reason(waiver), reason(attestation, "Valid")) == ("Unused", "ImageMismatch")


async def test_nothing_is_said_before_all_workloads_were_looked_at() -> None:
    desk = Desk()
    desk.see(root=True)
    desk.policy()
    entry = desk.claim(WAIVER)
    desk.operator.lead(True)  # noqa: FBT003
    while (key := desk.queue.get_nowait()) is not None:
        if key != CART:
            await desk.operator._reconcile(key)
            desk.queue.done(key)
    await desk.pass_time(5)
    assert reason(entry) == ""
    await desk.operator._reconcile(CART)
    await desk.pass_time(1)
    assert reason(entry) == "Active"


async def test_a_status_that_somebody_edits_is_repaired_and_others_conditions_are_theirs() -> None:
    desk = await desk_with_a_blocker()
    desk.claim(WAIVER)
    await desk.pass_time(1)
    raw = desk.board.policies[REF]
    theirs = {"type": "Reviewed", "status": "True", "reason": "Seen", "message": ""}
    edited = {**raw["status"], "conditions": [*raw["status"]["conditions"], theirs]}
    written = len(desk.board.written)
    for status in (edited, {}):
        metadata = {**raw["metadata"], "resourceVersion": str(desk.next())}
        desk.board.policies[REF] = {**raw, "metadata": metadata, "status": status}
        desk.operator.saw_own(desk.board.policies[REF])
        await desk.pass_time(1)
    assert len(desk.board.written) == written + 1
    assert reason(desk.cluster.claims.get(REF)) == "Active"


async def test_who_does_not_lead_writes_nothing() -> None:
    desk = await judged(Desk())
    desk.operator.lead(False)  # noqa: FBT003
    written = len(desk.board.written)
    desk.claim(WAIVER)
    await desk.pass_time(60)
    assert len(desk.board.written) == written


async def test_a_waiver_may_not_last_longer_than_the_installation_allows() -> None:
    desk = await desk_with_a_blocker()
    desk.cluster.claims = ClaimBook(timedelta(days=7))
    entry = desk.claim(WAIVER)
    desk.operator.look_at_all()
    await desk.pass_time(1)
    assert (reason(entry), desk.condition("Compliant")[0]) == ("ExpirationTooFar", "False")


@pytest.mark.parametrize("change", [{"suspend": True}, {"requirements": [{"name": "no-such-check-at-all"}]}])
@pytest.mark.parametrize("another", [False, True])
async def test_a_waiver_stays_active_while_a_kept_scorecard_counts_it(
    change: dict[str, Any],
    another: bool,  # noqa: FBT001 - a parameter
) -> None:
    desk = await desk_with_a_blocker()
    entry = desk.claim(WAIVER, policyRef={"kind": "ReadinessPolicy", "name": "production"}, expirationTime=END)
    if another:
        desk.policy("another")
    await desk.pass_time(2)
    desk.policy(generation=2, **change)
    await desk.pass_time(2)
    desk.operator.lead(False)  # noqa: FBT003
    desk.operator.lead(True)  # noqa: FBT003
    await desk.pass_time(2)
    cards = desk.reports.held["deployment-cart"]["status"]["scorecards"]
    assert [line["waiver"]["name"] for card in cards for line in card["requirements"] if "waiver" in line] == ["it"]
    assert entry is not None
    assert (reason(entry), entry.stored.status["waivedFindings"]) == ("Active", 0)
    desk.see()  # mended meanwhile
    await desk.pass_time(2)
    desk.policy(generation=3)
    await desk.pass_time(2)
    assert reason(entry) == "Unused"


async def test_a_waiver_ends_although_a_kept_scorecard_counts_it() -> None:
    desk = await desk_with_a_blocker()
    entry = desk.claim(WAIVER, expirationTime=END)
    await desk.pass_time(1)
    desk.policy(generation=2, suspend=True)
    await desk.pass_time(60)
    assert reason(entry) == "Expired"


async def test_every_waiver_that_a_kept_scorecard_counts_stays_active() -> None:
    desk = await desk_with_a_blocker()
    entries = [desk.claim(WAIVER, "first"), desk.claim(WAIVER, "second", expirationTime="2026-12-30T00:00:00Z")]
    await desk.pass_time(1)
    desk.policy(generation=2, suspend=True)
    await desk.pass_time(2)
    assert [reason(entry) for entry in entries] == ["Active", "Active"]
    desk.operator.lead(False)  # noqa: FBT003
    desk.operator.lead(True)  # noqa: FBT003
    await desk.pass_time(2)
    assert [reason(entry) for entry in entries] == ["Active", "Active"]
    assert [entry.stored.status["waivedFindings"] for entry in entries if entry is not None] == [0, 0]
