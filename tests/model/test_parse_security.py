"""What the Pod Security Standards tell apart: absent from empty, own from inherited, one source from two."""

from typing import Any

import pytest

from readiness.model import Container, Security
from readiness.model.container import SELinux
from readiness.model.parse.containers import pod_spec

CONTEXTS = [
    # what a securityContext says, attribute, what that is then
    ({}, "seccomp_type", None),
    ({"seccompProfile": None}, "seccomp_type", None),
    ({"seccompProfile": {}}, "seccomp_type", ""),
    ({"seccompProfile": {"type": "Unconfined"}}, "seccomp_type", "Unconfined"),
    ({}, "app_armor_type", None),
    ({"appArmorProfile": {"type": None}}, "app_armor_type", ""),
    ({}, "selinux", None),
    ({"seLinuxOptions": {}}, "selinux", SELinux()),
    ({"seLinuxOptions": {"role": "r", "user": "u", "type": "t"}}, "selinux", SELinux("t", "u", "r")),
    ({}, "proc_mount", None),
    ({"procMount": ""}, "proc_mount", ""),
    ({"procMount": "Unmasked"}, "proc_mount", "Unmasked"),
    ({"sysctls": None}, "sysctls", ()),
    ({"sysctls": [{"name": "kernel.msgmax"}, {}]}, "sysctls", ("kernel.msgmax", "")),
]


@pytest.mark.parametrize("said, attribute, value", CONTEXTS)
@pytest.mark.parametrize("of", ["the pod", "a container"])
def test_a_context_tells_absent_from_empty(of: str, said: dict[str, Any], attribute: str, value: object) -> None:
    pod = pod_spec({"securityContext": said}, "spec", {})
    found = pod.security if of == "the pod" else container(said).own
    assert getattr(found, attribute) == value


def container(context: dict[str, Any], **pod: Any) -> Container:
    [found] = pod_spec({"containers": [{"name": "app", "securityContext": context}], **pod}, "spec", {}).containers
    return found


def test_a_container_keeps_its_own_context_beside_the_one_in_force() -> None:
    found = container({"runAsUser": 1}, securityContext={"runAsUser": 2, "runAsGroup": 3})
    assert found.own == Security(run_as_user=1)
    assert found.security == Security(run_as_user=1, run_as_group=3)


def test_without_a_context_of_the_pod_the_two_are_one() -> None:
    found = container({"runAsUser": 1})
    assert found.security is found.own


@pytest.mark.parametrize(
    "said, kind, more",
    [
        ({}, "emptyDir", ()),
        ({"secret": {}}, "secret", ()),
        ({"hostPath": None, "secret": {}}, "secret", ()),
        ({"emptyDir": {}, "hostPath": {"path": "/"}}, "emptyDir", ("hostPath",)),
        ({"hostPath": {"path": "/"}, "nfs": {}, "secret": {}}, "hostPath", ("nfs", "secret")),
        ({"novel": {}}, "novel", ()),
    ],
)
def test_a_volume_knows_all_its_sources(said: dict[str, Any], kind: str, more: tuple[str, ...]) -> None:
    [volume] = pod_spec({"volumes": [{"name": "it", **said}]}, "spec", {}).volumes
    assert (volume.kind, volume.more_kinds) == (kind, more)


@pytest.mark.parametrize("holder", ["containers", "initContainers", "ephemeralContainers"])
@pytest.mark.parametrize("kind", ["httpGet", "tcpSocket"])
@pytest.mark.parametrize(
    "place", ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle.postStart", "lifecycle.preStop"]
)
def test_hosts_are_found_wherever_a_container_may_name_them(holder: str, kind: str, place: str) -> None:
    said: Any = {kind: {"host": "10.0.0.1", "port": 80}}
    for key in reversed(place.split(".")):
        said = {key: said}
    [found] = pod_spec({holder: [{"name": "app", **said}]}, "spec", {}).containers
    assert found.hosts == ((f"{place}.{kind}.host", "10.0.0.1"),)


def test_both_hosts_of_one_probe_are_found_and_empty_ones_are_none() -> None:
    probe = {"httpGet": {"host": "a"}, "tcpSocket": {"host": "b"}}
    said = {"name": "app", "livenessProbe": probe, "readinessProbe": {"httpGet": {"host": ""}}}
    [found] = pod_spec({"containers": [said]}, "spec", {}).containers
    assert found.hosts == (("livenessProbe.httpGet.host", "a"), ("livenessProbe.tcpSocket.host", "b"))


@pytest.mark.parametrize(
    "said, system",
    [({"os": {"name": "windows"}}, "windows"), ({"nodeSelector": {"kubernetes.io/os": "windows"}}, ""), ({}, "")],
)
def test_the_system_that_a_pod_names_is_not_that_of_its_nodes(said: dict[str, Any], system: str) -> None:
    assert pod_spec(said, "spec", {}).os == system
