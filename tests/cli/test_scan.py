"""`readiness scan` against a fake API server, in a process of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.cli.cluster import PATHS, Cluster, shop
from tests.cli.manifests import config_map, deployment, policy
from tests.fakeapi.server import FakeApi

from readiness.model.parse import KINDS


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster]:
    async with FakeApi() as api:
        yield Cluster(api, tmp_path)


def _names(document: dict[str, list[dict[str, dict[str, str]]]]) -> list[str]:
    return [f"{item['metadata']['namespace']}/{item['metadata']['name']}" for item in document["items"]]


async def test_the_policies_of_the_cluster_judge_what_they_select(cluster: Cluster) -> None:
    cluster.put(*shop())
    done = await cluster.run("scan", "-o", "json")
    assert done.code == 1, done.err
    assert [item["status"]["verdict"] for item in done.document["items"]] == ["Go", "NoGo"]
    assert done.document["summary"]["unselected"] == [{"namespace": "web", "kind": "Deployment", "name": "web"}]
    assert "No policy selects 1 workload:" in (await cluster.run("scan")).out


async def test_it_reads_and_does_nothing_else(cluster: Cluster) -> None:
    cluster.put(*shop())
    await cluster.run("scan")
    assert {request.verb for request in cluster.api.requests} == {"list"}
    assert {request.path for request in cluster.api.requests} >= {kind.path for kind in KINDS if not kind.on_demand}


async def test_without_policies_the_recommended_profile_judges_all_but_system_namespaces(cluster: Cluster) -> None:
    cluster.put(*shop()[:-1])
    cluster.api.absent |= {PATHS["ReadinessPolicy"], PATHS["ClusterReadinessPolicy"]}
    done = await cluster.run("scan", "-o", "json", "--fail-on", "never")
    assert (done.code, done.err) == (0, "")
    assert _names(done.document) == ["shop/deployment-cart", "shop/deployment-search", "web/deployment-web"]


async def test_a_namespace_alone_is_read_and_judged(cluster: Cluster) -> None:
    cluster.put(*shop())
    done = await cluster.run("scan", "-n", "kube-system", "--profile", "recommended", "-o", "json")
    assert _names(done.document) == ["kube-system/deployment-dns"]
    assert {request.path for request in cluster.api.seen("list", "/apis/apps")} == {
        f"/apis/apps/v1/namespaces/kube-system/{plural}"
        for plural in ("deployments", "statefulsets", "daemonsets", "replicasets")
    }


async def test_a_selector_chooses_workloads(cluster: Cluster) -> None:
    labelled = deployment("search").replace("metadata:\n", "metadata:\n  labels: {tier: back}\n", 1)
    cluster.put(deployment("cart"), labelled, policy())
    done = await cluster.run("scan", "-l", "tier in (back,front)", "-o", "json")
    assert _names(done.document) == ["shop/deployment-search"]
    wrong = await cluster.run("scan", "-l", "tier = = x")
    assert wrong.code == 2
    assert "'--selector': 'tier = = x' is no label selector" in wrong.err


async def test_a_policy_that_is_asked_for_stands_instead_of_the_cluster_s(cluster: Cluster) -> None:
    cluster.put(*shop())
    (cluster.folder / "own.yaml").write_text(policy("pod-disruption-budget", name="own"))
    done = await cluster.run("scan", "--policy", "own.yaml", "-o", "json")
    assert done.code == 0
    assert {card["policyRef"]["name"] for item in done.document["items"] for card in item["status"]["scorecards"]} == {
        "own"
    }


async def test_an_invalid_policy_is_named_and_the_others_judge(cluster: Cluster) -> None:
    cluster.put(*shop(), policy("run-as-non-rot", name="wrong"))
    done = await cluster.run("scan", "-o", "json")
    assert done.code == 2
    assert "ReadinessPolicy/wrong in shop: spec.requirements" in done.err
    assert 'there is no check "run-as-non-rot"; did you mean "run-as-non-root"?' in done.err
    assert len(done.document["items"]) == 2


async def test_what_a_policy_disables_and_is_not_there_is_told(cluster: Cluster) -> None:
    asked = policy(name="doubtful").replace("spec:\n", "spec:\n  profile: {name: recommended}\n")
    cluster.put(*shop(), f"{asked}  - {{name: min-replica, disabled: true}}\n")
    done = await cluster.run("scan", "--fail-on", "never")
    assert done.code == 0
    assert "ReadinessPolicy/doubtful in shop: warning: spec.requirements[1].name: the profile recommended" in done.err


async def test_what_may_not_be_read_is_told(cluster: Cluster) -> None:
    cluster.put(*shop())
    cluster.api.refuse(403, "Forbidden", path="/apis/policy/v1")
    cluster.api.refuse(403, "Forbidden", path="/apis/apps/v1/statefulsets")
    cluster.api.refuse(403, "Forbidden", path=PATHS["ClusterReadinessPolicy"])
    done = await cluster.run("scan", "-o", "json")
    assert done.code == 2
    assert done.err.splitlines() == [
        "the cluster: you may not list statefulsets",
        "the cluster: warning: you may not list poddisruptionbudgets",
        "the cluster: warning: you may not list ClusterReadinessPolicy objects: none of them counts",
    ]


async def test_a_list_that_expires_is_begun_anew(cluster: Cluster) -> None:
    cluster.put(*shop())
    cluster.api.refuse(410, "Expired", path=PATHS["Deployment"], times=1)
    assert (await cluster.run("scan")).code == 1


async def test_no_cluster_is_one_clear_line(cluster: Cluster) -> None:
    await cluster.api.__aexit__()
    done = await cluster.run("scan")
    assert done.code == 2
    assert done.err.startswith("Error: no answer ")
    assert len(done.err.splitlines()) == 1
    done = await cluster.run("scan", environment={"KUBECONFIG": "/nowhere"})
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert done.err.startswith("Error: cannot use the kubeconfig: ")


async def test_a_context_that_is_not_there_is_named(cluster: Cluster) -> None:
    done = await cluster.run("scan", "--context", "moon")
    assert done.code == 2
    assert "moon" in done.err


async def test_a_team_s_profile_in_the_cluster_is_found(cluster: Cluster) -> None:
    house = "name: house\ntitle: Ours\nrequirements: [{name: image-tag-pinned}]"
    cluster.put(*shop()[:-1], config_map(house))
    done = await cluster.run("scan", "-n", "shop", "--profile", "house", "-o", "json", "--fail-on", "never")
    assert {card["items"] for item in done.document["items"] for card in item["status"]["scorecards"]} == {"1/1"}
    assert {card["policyRef"]["name"] for item in done.document["items"] for card in item["status"]["scorecards"]} == {
        "house"
    }
