"""The policies as they are now, from manifests in any order of arrival."""

from typing import Any

from tests.builders import NOW, snapshot, workload

from readiness.model import Namespace, Ref
from readiness.policy.compiled import PolicyRef
from readiness.policy.match import Scope
from readiness.runtime.policybook import PolicyBook, ref_of

REF = PolicyRef("ReadinessPolicy", "shop", "production")
CLUSTER_REF = PolicyRef("ClusterReadinessPolicy", "", "baseline")


def _raw(
    version: str = "1", generation: int = 1, ref: PolicyRef = REF, uid: str = "u-1", status: Any = None, **spec: Any
) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": ref.name, "uid": uid, "generation": generation, "resourceVersion": version}
    if ref.namespace:
        metadata["namespace"] = ref.namespace
    spec = {"requirements": [{"name": "min-replicas"}], **spec}
    return {"kind": ref.kind, "metadata": metadata, "spec": spec, **({"status": status} if status else {})}


def _book(*raws: dict[str, Any]) -> PolicyBook:
    book = PolicyBook(Scope.around("readiness-system"))
    for raw in raws:
        book.put(raw)
    return book


def test_a_policy_is_known_by_its_kind_namespace_and_name() -> None:
    assert ref_of(_raw()) == REF
    assert ref_of(_raw(ref=CLUSTER_REF)) == CLUSTER_REF


def test_a_new_policy_is_compiled() -> None:
    book = _book()
    entry, before, changed = book.put(_raw(status={"verdict": "Go"}))
    assert (before, changed) == (None, True)
    assert book.get(REF) is entry
    assert (entry.stored.uid, entry.stored.generation, entry.stored.version) == ("u-1", 1, "1")
    assert entry.stored.status == {"verdict": "Go"}
    assert entry.active is entry.policy is not None
    assert (len(book), list(book)) == (1, [entry])


def test_a_policy_that_cannot_be_used_is_known_with_what_is_wrong() -> None:
    entry, _, _ = _book().put(_raw(requirements=[{"name": "no-such-check"}]))
    assert entry.active is None
    assert entry.error is not None
    assert entry.error.reason == "UnknownCheck"


def test_a_new_generation_replaces_and_tells_what_was_active() -> None:
    book = _book(_raw())
    old = book.get(REF)
    assert old is not None
    entry, before, changed = book.put(_raw("2", 2, suspend=True))
    assert changed
    assert before is old.policy
    assert book.get(REF) is entry is not old
    assert entry.active is None
    _, before, _ = book.put(_raw("3", 3))
    assert before is None  # it was suspended


def test_a_change_of_the_status_changes_no_policy() -> None:
    book = _book(_raw())
    known = book.get(REF)
    assert known is not None
    entry, before, changed = book.put(_raw("2", status={"verdict": "Go"}))
    assert entry is known
    assert (before, changed) == (known.policy, False)
    assert (entry.stored.status, entry.stored.version) == ({"verdict": "Go"}, "2")


def test_what_arrives_late_is_old_news() -> None:
    book = _book(_raw("7", 2, status={"verdict": "Go"}))
    for late in (_raw("7", 2), _raw("6", 2), _raw("5", 1), _raw("4", 9, uid="u-0")):
        entry, _, changed = book.put(late)
        assert not changed
        assert (entry.stored.generation, entry.stored.version, entry.stored.status) == (2, "7", {"verdict": "Go"})


def test_a_policy_that_was_made_anew_is_another_one() -> None:
    book = _book(_raw("7"))
    entry, _, changed = book.put(_raw("9", uid="u-2"))
    assert changed
    assert entry.stored.uid == "u-2"


def test_a_dropped_policy_is_gone_and_told_as_it_was() -> None:
    book = _book(_raw("7"), _raw(ref=CLUSTER_REF))
    entry = book.get(REF)
    assert book.drop(REF, "9") is entry
    assert book.drop(REF, "9") is None
    assert (book.get(REF), len(book)) == (None, 1)
    assert [item.ref for item in book.selecting(workload(), None)] == [CLUSTER_REF]


def test_a_policy_that_came_after_a_deletion_stays() -> None:
    book = _book(_raw("9", uid="u-2"))
    assert book.drop(REF, "8") is None
    assert book.get(REF) is not None


def test_what_is_told_of_a_policy_from_before_its_deletion_is_known_to_be_old() -> None:
    book = _book(_raw("7"))
    assert not book.deleted.covers(REF, "7")
    book.drop(REF, "9")
    assert book.deleted.covers(REF, "8")
    assert book.deleted.covers(REF, "9")
    assert not book.deleted.covers(REF, "10")
    book.deleted.forget("8")
    assert book.deleted.covers(REF, "8")
    book.deleted.forget("9")
    assert not book.deleted.covers(REF, "8")


def test_policies_in_reach_of_a_namespace_are_its_own_and_the_clusters() -> None:
    book = _book(_raw(), _raw(ref=CLUSTER_REF), _raw(ref=PolicyRef("ReadinessPolicy", "web", "web")))
    assert {entry.ref for entry in book.in_reach("shop")} == {REF, CLUSTER_REF}
    assert [entry.ref for entry in book.in_reach("")] == [CLUSTER_REF]


def test_a_workload_is_judged_by_the_active_policies_that_select_it_by_name() -> None:
    elsewhere, idle = PolicyRef("ReadinessPolicy", "web", "web"), PolicyRef("ReadinessPolicy", "shop", "idle")
    broken = PolicyRef("ReadinessPolicy", "shop", "broken")
    book = _book(
        _raw(),
        _raw(ref=CLUSTER_REF),
        _raw(ref=elsewhere),
        _raw(ref=idle, suspend=True),
        _raw(ref=broken, requirements=[{"name": "x"}]),
        _raw(ref=PolicyRef("ReadinessPolicy", "shop", "jobs"), kinds=["Job"]),
    )
    namespace = Namespace(Ref("Namespace", "", "shop"))
    assert [entry.ref for entry in book.selecting(workload(), namespace)] == [CLUSTER_REF, REF]
    assert [entry.ref for entry in book.selecting(workload(namespace="readiness-system"), None)] == []


def test_the_workloads_of_a_policy_are_the_roots_that_it_selects() -> None:
    selector = {"matchLabels": {"tier": "backend"}}
    book = _book(_raw(selector=selector), _raw(ref=CLUSTER_REF, selector=selector))
    cart, search = workload("cart", labels={"tier": "backend"}), workload("search")
    other = workload("other", namespace="web", labels={"tier": "backend"})
    inventory = snapshot(cart, search, other, Namespace(Ref("Namespace", "", "shop")), now=NOW).inventory
    own, everywhere = book.get(REF), book.get(CLUSTER_REF)
    assert own is not None
    assert everywhere is not None
    assert own.policy is not None
    assert everywhere.policy is not None
    assert book.selected(own.policy, inventory) == {cart.ref}
    assert book.selected(everywhere.policy, inventory) == {cart.ref, other.ref}


def test_what_a_policy_said_stays_while_it_is_suspended_or_cannot_be_used() -> None:
    book = _book(_raw(), _raw(ref=CLUSTER_REF, suspend=True))
    assert not book.frozen(REF)
    assert book.frozen(CLUSTER_REF)
    assert not book.frozen(PolicyRef("ReadinessPolicy", "shop", "gone"))
    book.put(_raw("2", 2, requirements=[{"name": "x"}]))
    assert book.frozen(REF)


def test_to_begin_is_to_count_from_zero() -> None:
    book = _book(_raw(), _raw(ref=CLUSTER_REF, requirements=[{"name": "x"}]))
    entry, broken = book.get(REF), book.get(CLUSTER_REF)
    assert entry is not None
    assert broken is not None
    entry.begin({workload().ref}, 5.0)
    assert entry.tally is not None
    assert (entry.pending, entry.wait_until, len(entry.tally)) == ({workload().ref}, 5.0, 0)
    broken.begin(set(), 5.0)
    assert broken.tally is None
