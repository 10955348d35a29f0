"""What /metrics shows: the names and labels that dashboards stand on, and the same policies on every replica."""

import re

from prometheus_client.parser import text_string_to_metric_families
from tests.adapters.prober.pods import answering, pod
from tests.flow.conftest import Play
from tests.flow.objects import POD_ADDRESS, deployment, pods_of, policy, probed
from tests.flow.stage import CLUSTER_POLICIES, DEPLOYMENTS, PODS, POLICIES, Replica, Stage

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

ALWAYS = {
    "readiness_policy_condition": {"policy_kind", "policy_namespace", "policy", "type", "status"},
    "readiness_policy_score_ratio": {"policy_kind", "policy_namespace", "policy"},
    "readiness_policy_workloads": {"policy_kind", "policy_namespace", "policy", "verdict"},
    "readiness_policy_requirements": {"policy_kind", "policy_namespace", "policy", "outcome"},
    "readiness_policy_requirement_workloads": {
        "policy_kind", "policy_namespace", "policy", "requirement", "severity", "outcome"
    },
    "readiness_workload_verdict": {"workload_namespace", "workload_kind", "workload", "verdict"},
    "readiness_workloads_unselected": set(),
    "readiness_evaluation_duration_seconds_count": set(),
    "readiness_change_to_status_seconds_count": set(),
    "readiness_reflector_objects": {"kind"},
    "readiness_reflector_lists_total": {"kind"},
    "readiness_reflector_events_total": {"kind"},
    "readiness_reflector_gone_total": {"kind"},
    "readiness_reflector_errors_total": {"kind"},
    "readiness_probes_total": {"result"},
    "readiness_probe_duration_seconds_count": set(),
    "readiness_events_dropped_total": {"reason"},
    "readiness_workqueue_depth": set(),
    "readiness_workqueue_lag_seconds": set(),
    "readiness_workqueue_adds_total": set(),
    "readiness_api_requests_total": {"verb", "code"},
    "readiness_leader": set(),
    "readiness_build_info": {"version"},
}  # fmt: skip


async def samples(replica: Replica) -> dict[str, list[tuple[dict[str, str], float]]]:
    """What is exposed, by the name of the series."""
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families((await replica.ask("/metrics"))[1]):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def test_the_series_have_the_names_and_labels_of_the_api(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        asked = [*policy()["spec"]["requirements"], {"name": "readiness-endpoint", "severity": "low"}]
        stage.store.put(POLICIES, policy(requirements=asked))
        server = await stage.server()
        server.refuse(403, "Forbidden", verb="create", path="/apis/events.k8s.io")
        async with pod(answering(OK), host=POD_ADDRESS) as port:
            stage.store.put(DEPLOYMENTS, probed(deployment(root=True), port), deployment("search"))
            stage.store.put(PODS, *pods_of(stage.store, stage.get(DEPLOYMENTS, "cart")))
            replica = await stage.leader(server, workload_metrics=True, probe_loopback=True)
            await stage.settled(compliant="False")
            stage.store.put(DEPLOYMENTS, deployment("search", limits=False))
            await stage.calm(2)
            found = await samples(replica)
        assert {name: set(found[name][0][0]) for name in ALWAYS if name in found} == ALWAYS
        ours = {"policy_kind": "ReadinessPolicy", "policy_namespace": "shop", "policy": "production"}
        assert ({**ours, "type": "Compliant", "status": "False"}, 1.0) in found["readiness_policy_condition"]
        assert ({**ours, "type": "Compliant", "status": "True"}, 0.0) in found["readiness_policy_condition"]
        assert ({**ours, "verdict": "NoGo"}, 1.0) in found["readiness_policy_workloads"]
        assert found["readiness_policy_score_ratio"] == [(ours, stage.status()["score"] / 100)]
        assert found["readiness_change_to_status_seconds_count"][0][1] >= 1
        assert ({"result": "success"}, found["readiness_probe_duration_seconds_count"][0][1]) in (
            found["readiness_probes_total"]
        )
        assert {label["reason"] for label, _ in found["readiness_events_dropped_total"]} == {"refused"}

    play(scenario)


def test_a_standby_shows_the_same_policies_as_the_leader(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(root=True))
        stage.store.put(POLICIES, policy())
        stage.store.put(CLUSTER_POLICIES, policy("everywhere", namespace=""))
        leader = await stage.leader()
        standby = await stage.start()
        await stage.settled(compliant="False")
        await stage.settled("everywhere", compliant="False", namespace="")
        await stage.calm(2)
        shown = [(await replica.ask("/metrics"))[1] for replica in (leader, standby)]
        names = "condition|score_ratio|workloads|requirements"
        policies = [re.findall(rf"^readiness_policy_(?:{names}){{.*$", text, re.MULTILINE) for text in shown]
        assert policies[0] == policies[1]
        assert len(policies[0]) > 20

    play(scenario)
