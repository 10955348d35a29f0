"""Controllers, their templates and pods: raw object to record, field by field."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from tests.model.objects import raw

from readiness.model import (
    Container,
    ContainerState,
    Env,
    Handler,
    KeyRef,
    Mount,
    Owner,
    Pod,
    PodSpec,
    Port,
    Probe,
    Ref,
    Role,
    Security,
    Strategy,
    Volume,
    Workload,
)
from readiness.model.container import AntiAffinity, SELinux, Spread, VolumeItem
from readiness.model.controllers import Claim
from readiness.model.labels import EVERYTHING, Expression, Selector
from readiness.model.parse import workloads
from readiness.model.parse.containers import pod_spec
from readiness.model.parse.fields import number, time
from readiness.model.pod import Termination

CART = Selector((("app", "cart"),))
DEPLOYMENT = workloads.workload(raw("Deployment"))
SPEC = DEPLOYMENT.pod
APP, PROXY, MIGRATE = SPEC.containers
# What other tests look at.
ELSEWHERE = ("containers", "volumes", "placement", "readiness_gates", "host_aliases", "service_links", "dns_options")
OWN = Security(
    run_as_user=10004,
    privileged=False,
    allow_privilege_escalation=False,
    read_only_root_filesystem=True,
    app_armor_type="RuntimeDefault",
    selinux=SELinux("container_init_t"),
    proc_mount="Default",
    add=("NET_BIND_SERVICE",),
    drop=("ALL",),
)


def fields(record: object, *but: str) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__ if name not in but}  # type: ignore[attr-defined]


def test_a_controller_has_what_its_object_says() -> None:
    assert fields(DEPLOYMENT, "pod") == fields(
        Workload(
            ref=Ref("Deployment", "shop", "cart", "apps"),
            api_version="apps/v1",
            pod=SPEC,
            uid="u-deploy",
            generation=7,
            labels={"app": "cart"},
            annotations={"shop.example/tier": "web"},
            created=datetime(2026, 11, 20, 8, tzinfo=UTC),
            replicas=3,
            replicas_stated=True,
            selector=Selector(CART.pairs, (Expression("tier", "In", ("web", "api")),)),
            strategy=Strategy("RollingUpdate", "25%", 1),
            min_ready_seconds=10,
            progress_deadline_seconds=300,
            revision_history_limit=5,
            deleted=True,
        ),
        "pod",
    )


def test_a_pod_spec_has_what_its_object_says() -> None:
    assert fields(SPEC, *ELSEWHERE) == fields(
        PodSpec(
            "spec.template.spec",
            labels={"app": "cart", "tier": "web"},
            annotations={"shop.example/owner": "cart"},
            security=Security(
                run_as_user=10001,
                run_as_group=10002,
                run_as_non_root=True,
                seccomp_type="RuntimeDefault",
                app_armor_type="Localhost",
                selinux=SELinux("container_t", "system_u", "system_r"),
                sysctls=("net.ipv4.tcp_syncookies", "kernel.msgmax"),
                host_process=False,
                windows_user="ContainerUser",
                fs_group=10003,
                supplemental_groups=(10005, 10006),
            ),
            resource_requests={"cpu": "2"},
            resource_limits={"memory": "1Gi"},
            service_account="cart",
            automount_token=False,
            host_network=True,
            host_pid=True,
            host_ipc=True,
            host_users=False,
            share_process_namespace=True,
            windows=True,
            os="windows",
            termination_grace_seconds=60,
            spreads=(Spread("topology.kubernetes.io/zone", 2, "ScheduleAnyway", CART, 3),),
            anti_affinity=(
                AntiAffinity("kubernetes.io/hostname", required=True, selector=CART),
                AntiAffinity("topology.kubernetes.io/zone", required=False, selector=EVERYTHING),
            ),
            image_pull_secrets=("registry",),
        ),
        *ELSEWHERE,
    )


def test_a_container_has_what_its_object_says() -> None:
    http = Handler("httpGet", "http", "/livez", "HTTPS", "10.0.0.1", (("X-Probe", "kubelet"),))
    assert Container(
        "app",
        "spec.template.spec.containers[app]",
        image="shop.example/cart:1.4.2",
        pull_policy="Always",
        ports=(Port(8080, "http", "TCP", 80),),
        liveness=Probe(http, 5, 20, 2, 1, 4),
        readiness=Probe(Handler("tcpSocket", 8080, host="10.0.0.1")),
        startup=Probe(Handler("grpc", 9000, service="cart")),
        requests={"cpu": "100m", "memory": "128Mi"},
        limits={"memory": "256Mi"},
        security=OWN.over(SPEC.security),
        own=OWN,
        env=(
            Env("LEVEL", "info"),
            Env("PASSWORD", source=KeyRef("Secret", "cart-db", "password", optional=True)),
            Env("REGION", source=KeyRef("ConfigMap", "cart", "region")),
            Env("POD"),
        ),
        env_from=(KeyRef("ConfigMap", "defaults", optional=True), KeyRef("Secret", "keys", prefix="KEY_")),
        mounts=(Mount("keys", "/keys", read_only=True, sub_path="tls"), Mount("data", "/data", sub_path="$(POD)")),
        arguments=("cart", "--serve"),
        pre_stop="sleep",
        pre_stop_sleep=5,
        stop_signal="SIGINT",
        hosts=(
            ("livenessProbe.httpGet.host", "10.0.0.1"),
            ("readinessProbe.tcpSocket.host", "10.0.0.1"),
            ("lifecycle.postStart.httpGet.host", "10.0.0.2"),
        ),
    ) == APP  # fmt: skip


def test_init_containers_are_sidecars_when_they_restart_always() -> None:
    assert (PROXY.role, MIGRATE.role) == (Role.SIDECAR, Role.INIT)
    assert PROXY.path == "spec.template.spec.initContainers[proxy]"
    assert PROXY.readiness == Probe(Handler("exec", command=("ready",)))
    assert (PROXY.pre_stop, PROXY.pre_stop_sleep) == ("exec", 7)
    assert (MIGRATE.pre_stop, MIGRATE.pre_stop_sleep, MIGRATE.stop_signal) == ("", None, "")
    assert (MIGRATE.security, MIGRATE.own) == (Security().over(SPEC.security), Security())


def test_volumes_have_what_their_object_says() -> None:
    assert SPEC.volumes == (
        Volume("keys", "secret", (KeyRef("Secret", "keys", optional=True),), 256,
               (VolumeItem("tls.crt", "tls/crt", 288, KeyRef("Secret", "keys", optional=True)),)),
        Volume("config", "configMap", (KeyRef("ConfigMap", "cart"),), None,
               (VolumeItem("region", "region", None, KeyRef("ConfigMap", "cart")),)),
        Volume("both", "projected",
               (KeyRef("Secret", "cart-db", optional=True), KeyRef("ConfigMap", "defaults")), 288,
               (VolumeItem("password", "password", 256, KeyRef("Secret", "cart-db", optional=True)),), api_token=True),
        Volume("data", "emptyDir", size_limit="1Gi", medium="Memory"),
        Volume("logs", "hostPath", host_path="/var/log"),
        Volume("model", "image", image="shop.example/model:3"),
        Volume("scratch", "ephemeral", claim=Claim(
            "scratch", "spec.template.spec.volumes[scratch].ephemeral.volumeClaimTemplate.spec", "fast",
            ("ReadWriteOnce",),
        )),
    )  # fmt: skip


def test_a_live_pod_has_what_its_object_says() -> None:
    pod = workloads.pod(raw("Pod"))
    assert pod.spec is not None
    assert [(item.name, item.role) for item in pod.spec.containers] == [
        ("app", Role.APP),
        ("debug", Role.EPHEMERAL),
    ]
    assert pod == Pod(
        Ref("Pod", "shop", "cart-5d9c-x2x"),
        "u-pod",
        owner=Owner("ReplicaSet", "cart-5d9c", "u-rs", "apps/v1"),
        created=datetime(2026, 11, 21, 8, tzinfo=UTC),
        deleted=True,
        phase="Running",
        ready=True,
        ready_changed=datetime(2026, 11, 21, 8, 1, tzinfo=UTC),
        ip="10.0.0.7",
        node="node-1",
        host_network=True,
        containers=(
            ContainerState(
                "app",
                ready=True,
                started=True,
                running_since=datetime(2026, 11, 21, 8, 0, 30, tzinfo=UTC),
                restarts=2,
                last_terminated=Termination("OOMKilled", 137, datetime(2026, 11, 21, 8, 0, 20, tzinfo=UTC)),
                image_id="shop.example/cart@sha256:0f",
                image="shop.example/cart:1.4",
            ),
            ContainerState("migrate", init=True, waiting_reason="PodInitializing", waiting_message="not yet"),
        ),
        spec=pod.spec,
        gone_by=datetime(2026, 11, 21, 9, tzinfo=UTC),
        region="eu-1",
    )


def owned(kind: str, group: str = "apps", **labels: str) -> dict[str, Any]:
    owner = {"apiVersion": f"{group}/v1", "kind": kind, "name": "it", "uid": "u-it", "controller": True}
    return {"metadata": {"name": "it-1", "ownerReferences": [owner], "labels": labels}}


@pytest.mark.parametrize(
    "said, kept",
    [
        ({"metadata": {"name": "alone"}}, True),
        (owned("ReplicaSet", **{"pod-template-hash": "5d9c"}), False),
        (owned("ReplicaSet", **{"rollouts-pod-template-hash": "5d9c"}), True),
        (owned("StatefulSet"), False),
        (owned("DaemonSet"), False),
        (owned("Job", "batch"), False),
        (owned("StatefulSet", "apps.kruise.io"), True),  # not the one that we read
        (owned("Job", "batch.volcano.sh"), True),
        (owned("Cluster"), True),
    ],
)
def test_a_pods_spec_is_kept_where_no_template_says_the_same(said: dict[str, Any], *, kept: bool) -> None:
    assert (workloads.pod(said).spec is not None) is kept


CONTROLLERS = [
    # kind, what it says, attribute, what that is then
    ("Deployment", {}, "replicas", 1),
    ("Deployment", {"spec": {"replicas": 0}}, "replicas", 0),
    ("Deployment", {"spec": {"replicas": 2.0}}, "replicas", 2),
    ("StatefulSet", {}, "replicas", 1),
    ("DaemonSet", {}, "replicas", None),
    ("DaemonSet", {"status": {"desiredNumberScheduled": 5}}, "replicas", 5),
    ("Job", {}, "replicas", None),
    ("Rollout", {"spec": {"replicas": 4}}, "replicas", 4),
    ("Deployment", {}, "ready_replicas", None),
    ("Deployment", {"status": {"replicas": 2}}, "ready_replicas", 0),
    ("Deployment", {"status": {"readyReplicas": 2}}, "ready_replicas", 2),
    ("DaemonSet", {"status": {"numberReady": 4}}, "ready_replicas", 4),
    ("Rollout", {"status": {"replicas": 2}}, "ready_replicas", None),
    ("Deployment", {}, "strategy", Strategy("RollingUpdate")),
    ("Deployment", {"spec": {"strategy": {"type": "Recreate"}}}, "strategy", Strategy("Recreate")),
    ("StatefulSet", {"spec": {"updateStrategy": {"rollingUpdate": {"partition": 2}}}}, "strategy",
     Strategy("RollingUpdate", partition=2)),
    ("DaemonSet", {"spec": {"updateStrategy": {"type": "OnDelete"}}}, "strategy", Strategy("OnDelete")),
    ("Rollout", {"spec": {"strategy": {"canary": {}}}}, "strategy", Strategy("Canary")),
    ("Rollout", {"spec": {"strategy": {"blueGreen": {}}}}, "strategy", Strategy("BlueGreen")),
    ("Job", {}, "strategy", Strategy()),
    ("Job", {"status": {"conditions": [{"type": "Complete", "status": "True"}]}}, "finished", True),
    ("Job", {"status": {"conditions": [{"type": "Failed", "status": "True"}]}}, "finished", True),
    ("Job", {"status": {"conditions": [{"type": "Complete", "status": "False"}]}}, "finished", False),
    ("Job", {"status": {"conditions": [{"type": "Suspended", "status": "True"}]}}, "finished", False),
    ("Deployment", {"status": {"conditions": [{"type": "Complete", "status": "True"}]}}, "finished", False),
    ("Pod", {"status": {"phase": "Succeeded"}}, "finished", True),
    ("Pod", {"status": {"phase": "Running"}}, "finished", False),
    ("CronJob", {"spec": {"suspend": True}}, "suspended", True),
    ("Deployment", {"metadata": {"name": "it", "deletionTimestamp": None}}, "deleted", False),
    ("Pod", {"metadata": {"name": "it", "annotations": {"a": "b"}}}, "annotations", {"a": "b"}),
]  # fmt: skip


@pytest.mark.parametrize("kind, said, attribute, value", CONTROLLERS)
def test_each_kind_of_controller_says_it_in_its_own_way(
    kind: str, said: dict[str, Any], attribute: str, value: object
) -> None:
    assert getattr(workloads.workload({"kind": kind, **said}), attribute) == value


def test_a_cron_jobs_template_is_inside_its_job_template() -> None:
    pod = workloads.workload(raw("CronJob")).pod
    assert (pod.path, pod.labels) == ("spec.jobTemplate.spec.template.spec", {"app": "report"})
    assert pod.restart_policy == "OnFailure"


def test_a_pods_template_is_its_own_spec() -> None:
    pod = workloads.workload(raw("Pod")).pod
    assert (pod.path, pod.labels) == ("spec", {"app": "cart", "topology.kubernetes.io/region": "eu-1"})


def test_the_older_name_of_the_service_account_counts_too() -> None:
    pod = workloads.workload(raw("StatefulSet")).pod
    assert (pod.service_account, pod.deprecated_account) == ("db", "db")


PODS = [
    # what a pod spec says, attribute, what that is then
    ({}, "service_account", "default"),
    ({}, "termination_grace_seconds", 30),
    ({}, "restart_policy", "Always"),
    ({}, "host_users", None),
    ({}, "windows", False),
    ({"os": {"name": "linux"}, "nodeSelector": {"kubernetes.io/os": "windows"}}, "windows", False),
    ({"nodeSelector": {"kubernetes.io/os": "windows"}}, "windows", True),
    ({"hostPID": "true"}, "host_pid", False),
    ({"volumes": [{"name": "tmp"}]}, "volumes", (Volume("tmp", "emptyDir"),)),
    ({"volumes": [{"name": "tmp", "emptyDir": None}]}, "volumes", (Volume("tmp", "emptyDir"),)),
    ({"volumes": [{"name": {}, "emptyDir": {"sizeLimit": 1024}}]}, "volumes",
     (Volume("", "emptyDir", size_limit="1024"),)),
    ({"volumes": [{"name": "pvc", "persistentVolumeClaim": {"claimName": "c"}}]}, "volumes",
     (Volume("pvc", "persistentVolumeClaim", claim_name="c"),)),
]  # fmt: skip


@pytest.mark.parametrize("said, attribute, value", PODS)
def test_what_a_pod_does_not_say_is_what_kubernetes_makes_of_it(
    said: dict[str, Any], attribute: str, value: object
) -> None:
    assert getattr(pod_spec(said, "spec", {}), attribute) == value


PROBES = [
    ({"httpGet": {"port": 80}}, Probe(Handler("httpGet", 80, "/"))),
    ({"httpGet": {}}, Probe(Handler("httpGet", 0, "/"))),
    ({"tcpSocket": {"port": "db"}}, Probe(Handler("tcpSocket", "db"))),
    ({"grpc": {"port": "9000"}}, Probe(Handler("grpc"))),
    ({"exec": {}}, Probe(Handler("exec"))),
    ({"periodSeconds": 3}, Probe(None, period=3)),
    ({}, None),
    (None, None),
    ([], None),
]


@pytest.mark.parametrize("said, probe", PROBES)
def test_a_probe_is_read_with_kubernetes_defaults(said: object, probe: Probe | None) -> None:
    pod = pod_spec({"containers": [{"name": "app", "livenessProbe": said}]}, "spec", {})
    assert pod.containers[0].liveness == probe


@pytest.mark.parametrize(
    "said, seconds",
    [
        ({"sleep": {"seconds": 5}}, 5),
        ({"sleep": {"seconds": 0}}, 0),
        ({"exec": {"command": ["sleep", "10"]}}, 10),
        ({"exec": {"command": ["/bin/sh", "-c", "sleep 4; nginx -s quit && sleep 3"]}}, 7),
        ({"exec": {"command": ["/bin/sleep", "2"]}}, 2),
        ({"exec": {"command": ["oversleep", "10"]}}, None),
        ({"exec": {"command": ["sleep", "1.5"]}}, None),
        ({"httpGet": {"path": "/quit", "port": 80}}, None),
        ({}, None),
    ],
)
def test_a_hook_before_the_stop_tells_how_long_it_sleeps(said: dict[str, Any], seconds: int | None) -> None:
    pod = pod_spec({"containers": [{"name": "app", "lifecycle": {"preStop": said}}]}, "spec", {})
    assert pod.containers[0].pre_stop_sleep == seconds


@pytest.mark.parametrize(
    "said, moment",
    [
        ("2026-11-21T10:00:00Z", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("2026-11-21T10:00:00.25Z", datetime(2026, 11, 21, 10, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-11-21T10:00:00.123456789Z", datetime(2026, 11, 21, 10, 0, 0, 123_456, tzinfo=UTC)),
        ("2026-11-21T10:00:00+01:00", datetime(2026, 11, 21, 10, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-11-21T10:00:00", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("2026-13-21T10:00:00Z", None),
        ("yesterday", None),
        ("", None),
        (1763719200, None),
        (None, None),
    ],
)
def test_a_time_is_read_or_none(said: object, moment: datetime | None) -> None:
    assert time({"at": said}, "at") == moment


@pytest.mark.parametrize(
    "said, value", [(3, 3), (3.0, 3), (-1, -1), (3.5, None), (True, None), ("3", None), (None, None)]
)
def test_a_number_is_whole(said: object, value: int | None) -> None:
    assert number({"n": said}, "n") == value
