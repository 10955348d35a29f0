"""What controllers of one kind, and pod specs in their corners, say: raw object to record, field by field."""

from typing import Any

import pytest
from tests.model.objects import raw

from readiness.model.controllers import Claim, CronRules, JobRules, StatefulRules
from readiness.model.parse import workloads
from readiness.model.parse.containers import pod_spec
from readiness.model.parse.fields import whole_numbers
from readiness.model.placement import Placement, Toleration

CONTROLLERS = [
    # kind, attribute, what it is where nothing is said
    ("Deployment", "revision_history_limit", None),
    ("Deployment", "stateful", None),
    ("StatefulSet", "stateful", StatefulRules()),
    ("Deployment", "job", None),
    ("Job", "job", JobRules("spec")),
    ("Job", "cron", None),
    ("CronJob", "cron", CronRules()),
]


@pytest.mark.parametrize("kind, attribute, value", CONTROLLERS)
def test_a_kind_has_the_fields_of_its_own_alone(kind: str, attribute: str, value: object) -> None:
    assert getattr(workloads.workload({"kind": kind}), attribute) == value


def test_a_stateful_sets_own_fields_are_read() -> None:
    assert workloads.workload(raw("StatefulSet")).stateful == StatefulRules(
        service="db",
        pod_management="Parallel",
        claims=(Claim("data", "spec.volumeClaimTemplates[data].spec", "", ("ReadWriteOnce", "ReadOnlyMany")),),
        when_deleted="Delete",
        when_scaled="Delete",
    )


def test_the_fields_of_jobs_and_cron_jobs_are_read() -> None:
    job, cron_job = (workloads.workload(raw(kind)) for kind in ("Job", "CronJob"))
    assert (job.job, job.cron) == (JobRules("spec", 2, 3, 600, 3600, complete=False), None)
    assert cron_job.job == JobRules("spec.jobTemplate.spec", 1)
    assert cron_job.cron == CronRules("*/5 * * * *", "Forbid", 120, 3, 1)


def test_the_older_name_beside_the_newer_one_is_the_api_servers_copy() -> None:
    pod = pod_spec({"serviceAccountName": "db", "serviceAccount": "db"}, "spec", {})
    assert (pod.service_account, pod.deprecated_account) == ("db", "")


def test_where_pods_may_run_and_how_they_find_others_is_read() -> None:
    pod = workloads.workload(raw("Deployment")).pod
    assert pod.placement == Placement(
        node_name="node-1",
        node_selector={"kubernetes.io/os": "windows"},
        node_affinity=True,
        tolerations=(Toleration("dedicated", "Equal", "NoSchedule"), Toleration("", "Exists")),
        priority_class="business",
        runtime_class="gvisor",
    )
    assert pod.readiness_gates == ("shop.example/attached",)
    assert (pod.host_aliases, pod.service_links, pod.dns_options) == (True, False, {"ndots": "2", "edns0": ""})


PODS = [
    ({}, "placement", Placement()),
    ({}, "service_links", None),
    ({}, "host_aliases", False),
    ({"hostAliases": []}, "host_aliases", False),
    ({"affinity": {"nodeAffinity": {}}}, "placement", Placement()),
    ({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {}}}}, "placement",
     Placement(node_affinity=True)),
]  # fmt: skip


@pytest.mark.parametrize("said, attribute, value", PODS)
def test_what_a_pod_does_not_say_it_does_not_have(said: dict[str, Any], attribute: str, value: object) -> None:
    assert getattr(pod_spec(said, "spec", {}), attribute) == value


def test_claims_are_those_of_the_controller_and_of_its_volumes() -> None:
    assert [claim.name for claim in workloads.workload(raw("StatefulSet")).claims] == ["data"]
    assert [claim.name for claim in workloads.workload(raw("Deployment")).claims] == ["scratch"]


@pytest.mark.parametrize("said, numbers", [([1, 2.0, "3", True, None, 1.5], (1, 2)), ([], ()), (5, ()), (None, ())])
def test_a_list_has_its_whole_numbers(said: object, numbers: tuple[int, ...]) -> None:
    assert whole_numbers({"n": said}, "n") == numbers


@pytest.mark.parametrize(
    "kind, changed, read",
    [
        ("Deployment", {}, False),
        ("Deployment", {"generation": 8}, True),
        ("Deployment", {"uid": "another"}, True),
        ("Deployment", {"generation": None}, True),
        ("Pod", {}, True),
    ],
)
def test_a_template_is_read_again_when_the_generation_moved(kind: str, changed: dict[str, Any], *, read: bool) -> None:
    now = raw(kind)
    now["metadata"] |= {"uid": "its", "generation": 7}
    before = workloads.workload(now)
    now["metadata"] |= {"labels": {"a": "b"}} | changed
    now["status"] = {"readyReplicas": 1}
    after = workloads.workload(now, before)
    assert (after.pod is before.pod) is not read
    assert after == workloads.workload(now)
