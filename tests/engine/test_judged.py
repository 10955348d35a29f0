"""Workloads judged outside of the operator: paths to lines, what decides exit codes, and the totals."""

from datetime import UTC, datetime
from functools import partial

from tests.bench import corpus

from readiness.adapters.manifests import Document, parse_bytes
from readiness.adapters.shares import share
from readiness.engine.audit import AuditRequest, audit
from readiness.engine.judged import Missed, judge, undialled
from readiness.engine.paths import spelled, steps_to
from readiness.engine.summary import report_list
from readiness.model import Ref, Severity, Snapshot
from readiness.model.inventory import Inventory
from readiness.model.parse.workloads import workload
from readiness.policy.compile import compile_profile

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
OBJECT = {"spec": {"labels": {"a.b/c": "d"}, "containers": [{"name": "one"}, {"name": "0", "args": ["x", "y"]}]}}


def test_a_path_leads_by_names_indexes_and_keys() -> None:
    assert steps_to("spec.containers[one]", OBJECT) == ["spec", "containers", 0]
    assert steps_to("spec.containers[0].args[1]", OBJECT) == ["spec", "containers", 1, "args", 1]
    assert steps_to("spec.containers[1].name", OBJECT) == ["spec", "containers", 1, "name"]
    assert steps_to("spec.labels[a.b/c]", OBJECT) == ["spec", "labels", "a.b/c"]


def test_a_path_leads_as_far_as_there_is_something() -> None:
    assert steps_to("", OBJECT) == []
    assert steps_to("spec.containers[two].env", OBJECT) == ["spec", "containers"]
    assert steps_to("spec.containers[9]", OBJECT) == ["spec", "containers"]
    assert steps_to("spec.labels[a.b/c].more", OBJECT) == ["spec", "labels", "a.b/c"]


def test_steps_are_spelled_as_people_write_them() -> None:
    assert spelled(["spec", "containers", 1, "env"]) == "spec.containers[1].env"
    assert spelled(["metadata", "labels", "a.b/c"]) == "metadata.labels[a.b/c]"


def _subject() -> object:
    return workload({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "cart", "namespace": "shop"},
        "spec": {"template": {"spec": {"containers": [{"name": "app", "image": "shop.example/cart:1"}]}}},
    })  # fmt: skip


def test_what_comes_from_no_file_names_none() -> None:
    snapshot = Snapshot(Inventory(), NOW, live=False)
    judged = judge(_subject(), [compile_profile("recommended")], snapshot, full=False)  # type: ignore[arg-type]
    assert judged.worst is Severity.CRITICAL
    assert judged.blockers == judged.report["status"]["blockersTotal"] > 0
    assert "annotations" not in judged.report["metadata"]
    (card,) = judged.report["status"]["scorecards"]
    assert not any("file" in finding for item in card["requirements"] for finding in item.get("findings", ()))


def test_the_totals_are_the_sum_of_the_scorecards() -> None:
    snapshot = Snapshot(Inventory(), NOW, live=False)
    judged = judge(_subject(), [compile_profile("recommended")], snapshot, full=False)  # type: ignore[arg-type]
    document = report_list([judged, judged], [Missed(Ref("Pod", "shop", "a"))], {"policies": 1})
    (card,) = judged.report["status"]["scorecards"]
    summary = document["summary"]
    assert {name: 2 * count for name, count in card["summary"].items()} == {
        name: count for name, count in summary["requirements"].items() if name != "notEvaluated"
    }
    assert summary["requirements"]["notEvaluated"] == 2 * judged.not_evaluated > 0
    assert summary["score"] == card["score"]
    assert summary["workloads"] == {"total": 2, "go": 0, "goWithConditions": 0, "noGo": 2, "unknown": 0}
    assert summary["unselected"] == [{"namespace": "shop", "kind": "Pod", "name": "a"}]
    assert summary["policies"] == 1


def test_a_judged_report_tells_where_lines_belong_and_what_categories_come_to() -> None:
    snapshot = Snapshot(Inventory(), NOW)
    judged = judge(_subject(), [compile_profile("recommended")], snapshot, full=False)  # type: ignore[arg-type]
    (card,) = judged.report["status"]["scorecards"]
    assert {line["category"] for line in card["requirements"]} <= {each["name"] for each in card["categories"]}
    assert sum(each["passed"] for each in card["categories"]) == card["summary"]["passed"] == len(card["passed"])
    assert "pass" not in [line["outcome"] for line in card["requirements"]]


def test_a_policy_that_dials_nobody_keeps_the_rest() -> None:
    policy = compile_profile("recommended")
    quiet = undialled(policy)
    assert not quiet.probing.enabled
    assert quiet.requirements == policy.requirements


def test_several_processes_judge_as_one_does() -> None:
    manifests = [
        item
        for name, text in corpus.files(40).items()
        for item in parse_bytes(text.encode(), name)
        if isinstance(item, Document)
    ]
    request = AuditRequest(fallback=compile_profile("recommended"))
    alone = audit(manifests, NOW, request)
    assert len(alone.judged) == 40
    assert any(item.blockers for item in alone.judged)
    assert audit(manifests, NOW, request, partial(share, least=10)).judged == alone.judged
