"""Containers, pods and workloads as checks ask for them."""

from dataclasses import fields, replace
from typing import Any

import pytest

from readiness.model import (
    Container,
    ContainerState,
    Env,
    KeyRef,
    Pod,
    PodSpec,
    Port,
    Probe,
    Ref,
    Role,
    Security,
    Volume,
    Workload,
)
from readiness.model.container import SELinux

POD = Security(
    run_as_user=1,
    run_as_group=2,
    run_as_non_root=True,
    privileged=True,
    allow_privilege_escalation=True,
    read_only_root_filesystem=True,
    seccomp_type="RuntimeDefault",
    app_armor_type="RuntimeDefault",
    selinux=SELinux("container_t", "system_u", "system_r"),
    proc_mount="Unmasked",
    sysctls=("kernel.msgmax",),
    host_process=True,
    windows_user="ContainerUser",
    add=("NET_ADMIN",),
    drop=("ALL",),
    fs_group=3,
)
INHERITED = {
    "run_as_user",
    "run_as_group",
    "run_as_non_root",
    "seccomp_type",
    "app_armor_type",
    "selinux",
    "host_process",
    "windows_user",
}
SET = {
    "run_as_user": 0,
    "run_as_group": 0,
    "run_as_non_root": False,
    "seccomp_type": "",
    "app_armor_type": "",
    "selinux": SELinux(),
    "host_process": False,
    "windows_user": "ContainerAdministrator",
}


@pytest.mark.parametrize("name", [field.name for field in fields(Security)])
def test_a_container_inherits_what_kubernetes_lets_it_inherit(name: str) -> None:
    source = POD if name in INHERITED else Security()
    assert getattr(Security().over(POD), name) == getattr(source, name)


@pytest.mark.parametrize("name, value", SET.items())
def test_what_a_container_sets_wins_over_its_pod_even_when_it_is_zero_or_false(name: str, value: object) -> None:
    assert getattr(replace(Security(), **{name: value}).over(POD), name) == value  # type: ignore[arg-type]


def container(name: str, role: Role = Role.APP, **more: object) -> Container:
    return Container(name, f"spec.containers[{name}]", role, **more)  # type: ignore[arg-type]


PORTS = (Port(8080, "http"), Port(9090, "8081"))


@pytest.mark.parametrize(
    "wanted, number",
    [
        (8080, 8080),
        (1, 1),
        ("http", 8080),
        ("8081", 9090),  # a name that looks like a number is a name first, as in kubelet
        ("8082", 8082),
        ("metrics", None),
        ("", None),
        ("-1", None),
        ("٣", None),
        ("9" * 5000, None),
    ],
)
def test_a_probe_names_a_port_or_gives_its_number(wanted: int | str, number: int | None) -> None:
    assert container("app", ports=PORTS).port(wanted) == number


@pytest.mark.parametrize("role", Role)
def test_app_containers_and_sidecars_live_as_long_as_the_pod(role: Role) -> None:
    assert container("app", role).runs_on is (role in (Role.APP, Role.SIDECAR))


def test_a_probe_waits_for_its_delay_and_all_its_failures() -> None:
    assert Probe(None).patience == 30
    assert Probe(None, initial_delay=5, period=2, failure_threshold=4).patience == 13


def test_literal_values_and_arguments_are_never_printed() -> None:
    shown = repr(container("app", env=(Env("PASSWORD", "s3cret"),), arguments=("--token=s3cret",)))
    assert "PASSWORD" in shown
    assert "s3cret" not in shown


MIXED = PodSpec(
    "spec",
    containers=(
        container("app"),
        container("proxy", Role.SIDECAR),
        container("migrate", Role.INIT),
        container("debug", Role.EPHEMERAL),
    ),
)


def names(containers: object) -> list[str]:
    return [item.name for item in containers]  # type: ignore[attr-defined]


def test_a_pod_tells_apart_who_runs_on_and_who_is_declared() -> None:
    assert names(MIXED.app_containers) == ["app", "proxy"]
    assert names(MIXED.declared_containers) == ["app", "proxy", "migrate"]


def test_ignored_containers_are_taken_out() -> None:
    assert names(MIXED.without(frozenset({"proxy", "other"})).containers) == ["app", "migrate", "debug"]


def test_a_pod_without_ignored_containers_stays_itself() -> None:
    assert MIXED.without(frozenset({"other"})) is MIXED


def test_references_are_found_in_env_and_volumes_by_kind() -> None:
    secret, config = KeyRef("Secret", "db", "password"), KeyRef("ConfigMap", "cart")
    pod = PodSpec(
        "spec",
        containers=(
            container("app", env=(Env("LEVEL", "info"), Env("P", source=secret), Env("C", source=config))),
            container("proxy", env_from=(config, secret)),
            container("debug", Role.EPHEMERAL, env_from=(secret,)),
        ),
        volumes=(Volume("all", "projected", (secret, config)),),
    )
    assert [(item.path, item.to, item.container) for item in pod.references("Secret")] == [
        ("spec.containers[app].env[P]", secret, "app"),
        ("spec.containers[proxy].envFrom[db]", secret, "proxy"),
        ("spec.volumes[all]", secret, ""),
    ]
    assert [item.to for item in pod.references("ConfigMap")] == [config] * 3


def workload(kind: str = "Deployment", pod: PodSpec = MIXED, **more: object) -> Workload:
    return Workload(Ref(kind, "shop", "cart"), "v1", pod, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "kind, restarts, batch",
    [
        ("Deployment", "Always", False),
        ("Pod", "Always", False),
        ("Pod", "OnFailure", True),
        ("Pod", "Never", True),
        ("Job", "Always", True),
        ("CronJob", "OnFailure", True),
    ],
)
def test_what_runs_to_completion_is_batch(kind: str, restarts: str, *, batch: bool) -> None:
    assert workload(kind, PodSpec("spec", restart_policy=restarts)).batch is batch


@pytest.mark.parametrize(
    "state, wants",
    [
        ({}, True),
        ({"replicas": 1}, True),
        ({"replicas": 0}, False),
        ({"suspended": True}, False),
        ({"finished": True}, False),
        ({"deleted": True}, False),
    ],
)
def test_pods_are_wanted_unless_something_says_otherwise(state: dict[str, Any], *, wants: bool) -> None:
    assert workload(**state).wants_pods is wants


def test_a_workload_without_ignored_containers_stays_itself() -> None:
    whole = workload()
    assert whole.without(frozenset({"other"})) is whole
    assert names(whole.without(frozenset({"app"})).pod.containers) == ["proxy", "migrate", "debug"]


@pytest.mark.parametrize(
    "phase, deleted, running, ended",
    [
        ("Running", False, True, False),
        ("Running", True, False, False),
        ("Pending", False, False, False),
        ("Succeeded", False, False, True),
        ("Failed", True, False, True),
        ("", False, False, False),
    ],
)
def test_a_pod_runs_or_has_ended_or_neither(phase: str, *, deleted: bool, running: bool, ended: bool) -> None:
    pod = Pod(Ref("Pod", "shop", "cart"), "u-1", phase=phase, deleted=deleted)
    assert (pod.running, pod.ended) == (running, ended)


def test_a_pod_knows_the_states_of_its_containers_by_name() -> None:
    app = ContainerState("app", ready=True)
    pod = Pod(Ref("Pod", "shop", "cart"), "u-1", containers=(ContainerState("proxy"), app))
    assert pod.container("app") is app
    assert pod.container("migrate") is None
