"""Questions from declared probes: what cases of checks cannot show, since they see only verdicts."""

from datetime import timedelta
from typing import Any

import pytest
from tests.cases import NOW

from readiness.checks.evidence.asking import Endpoint, Purpose, demands_of, is_path, is_port, owns, question_of
from readiness.checks.live import liveness_endpoint
from readiness.model import (
    Answer,
    Demand,
    Fail,
    Handler,
    Observation,
    Question,
    Reading,
    Scheme,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.inventory import Inventory
from readiness.model.parse import workloads

HEALTHZ = Question(Scheme.HTTP, 8080, "/healthz")
PORTS = [{"name": "http", "containerPort": 8080}, {"name": "grpc", "containerPort": 9000}]


def workload(*containers: dict[str, Any], kind: str = "Deployment", **spec: Any) -> Workload:
    inside = {"containers": [{"name": f"c{number}", **raw} for number, raw in enumerate(containers)], **spec}
    return workloads.workload(
        {
            "apiVersion": "apps/v1",
            "kind": kind,
            "metadata": {"name": "cart", "namespace": "shop", "uid": "uid-cart"},
            "spec": {"template": {"spec": inside}},
        }
    )


def get(path: str = "/healthz", port: int | str = 8080, **more: Any) -> dict[str, Any]:
    return {"httpGet": {"path": path, "port": port, **more}}


def demanded(judged: Workload, endpoint: Endpoint | None = None) -> list[Demand]:
    return list(demands_of(Purpose.LIVENESS)(judged, endpoint or Endpoint()))


@pytest.mark.parametrize(
    "handler, question",
    [
        (Handler("httpGet", 8080, "/healthz"), HEALTHZ),
        (Handler("httpGet", "http", "healthz"), HEALTHZ),
        (Handler("httpGet", "8080", "/healthz"), HEALTHZ),
        (Handler("httpGet", 8080, "/a?b=c", "HTTPS"), Question(Scheme.HTTPS, 8080, "/a?b=c")),
        (
            Handler("httpGet", 8080, "/healthz", headers=(("Host", "shop.example"),)),
            Question(Scheme.HTTP, 8080, "/healthz", (("Host", "shop.example"),)),
        ),
        (Handler("tcpSocket", "grpc"), Question(Scheme.TCP, 9000)),
        (Handler("grpc", 9000, service="cart"), Question(Scheme.GRPC, 9000, "cart")),
        (Handler("exec"), None),
        (Handler("httpGet", 8080, "/healthz", host="metadata.shop.example"), None),
        (Handler("tcpSocket", 8080, host="127.0.0.1"), None),
        (Handler("httpGet", "admin", "/healthz"), None),
        (Handler("httpGet", 0, "/healthz"), None),
        (Handler("tcpSocket", 65536), None),
    ],
)
def test_a_declared_probe_is_asked_of_the_pod_s_own_address(handler: Handler, question: Question | None) -> None:
    container = workload({"ports": PORTS}).pod.containers[0]
    assert question_of(container, handler) == question


@pytest.mark.parametrize(
    "port, declared",
    [(8080, True), ("http", True), ("8080", True), (8081, True), (9090, False), ("admin", False), (0, False)],
)
def test_a_port_is_a_container_s_own_when_it_declares_or_probes_it(port: int | str, *, declared: bool) -> None:
    container = workload({"ports": PORTS, "startupProbe": get(port=8081)}).pod.containers[0]
    assert owns(container, port) is declared


@pytest.mark.parametrize(
    "raw",
    [
        {"livenessProbe": get(port=9090, host="shop.example")},
        {"startupProbe": {"tcpSocket": {"port": 9090, "host": "10.0.0.1"}}},
        {"ports": [{"containerPort": 9090, "protocol": "UDP"}]},
    ],
    ids=["GET elsewhere", "connection elsewhere", "UDP"],
)
def test_a_port_of_somebody_else_or_without_connections_is_none(raw: dict[str, Any]) -> None:
    assert not owns(workload(raw).pod.containers[0], 9090)


def test_a_path_alone_is_asked_on_the_first_tcp_port() -> None:
    ports = [{"containerPort": 53, "protocol": "UDP"}, {"containerPort": 8080}]
    assert demanded(workload({"ports": ports[:1]}, {"ports": ports}), Endpoint(path="/healthz")) == [
        Demand(HEALTHZ, "c1", 30)
    ]


@pytest.mark.parametrize(
    "endpoint, question",
    [
        (Endpoint(), HEALTHZ),
        (Endpoint(path="/livez"), Question(Scheme.HTTP, 8080, "/livez")),
        (Endpoint(port="grpc"), Question(Scheme.HTTP, 9000, "/healthz")),
        (Endpoint(path="/livez", port=9000), Question(Scheme.HTTP, 9000, "/livez")),
        (Endpoint(port=9999), HEALTHZ),
    ],
)
def test_a_policy_overrides_path_and_port(endpoint: Endpoint, question: Question) -> None:
    assert demanded(workload({"ports": PORTS, "livenessProbe": get()}), endpoint) == [Demand(question, "c0", 30)]


def test_the_scheme_and_the_headers_stay_as_declared() -> None:
    probe = get(scheme="HTTPS", httpHeaders=[{"name": "Accept", "value": "text/plain"}])
    (demand,) = demanded(workload({"livenessProbe": probe}), Endpoint(path="/livez"))
    assert demand.question == Question(Scheme.HTTPS, 8080, "/livez", (("Accept", "text/plain"),))


def test_a_path_makes_a_get_of_a_tcp_probe() -> None:
    judged = workload({"livenessProbe": {"tcpSocket": {"port": 8080}}})
    assert demanded(judged, Endpoint(path="/healthz")) == [Demand(HEALTHZ, "c0", 30)]


def test_a_port_concerns_only_the_container_that_declares_it() -> None:
    judged = workload({"livenessProbe": get()}, {"ports": PORTS[1:], "livenessProbe": {"exec": {"command": ["true"]}}})
    moved = Question(Scheme.TCP, 9000)
    assert demanded(judged, Endpoint(port=9000)) == [Demand(HEALTHZ, "c0", 30), Demand(moved, "c1", 30)]


def test_without_a_probe_the_first_container_with_a_port_is_asked() -> None:
    judged = workload({}, {"ports": PORTS}, {"ports": PORTS})
    assert demanded(judged, Endpoint(path="/healthz")) == [Demand(HEALTHZ, "c1", 30)]
    assert demanded(judged) == []


def test_the_probe_s_own_patience_is_demanded() -> None:
    probe = {**get(), "initialDelaySeconds": 7, "periodSeconds": 5, "failureThreshold": 4}
    assert demanded(workload({"livenessProbe": probe})) == [Demand(HEALTHZ, "c0", 27)]


def test_both_endpoints_are_demanded_where_both_are_timed() -> None:
    judged = workload({"livenessProbe": get(), "readinessProbe": get("/readyz")})
    questions = [demand.question for demand in demands_of(*Purpose)(judged, object())]
    assert questions == [HEALTHZ, Question(Scheme.HTTP, 8080, "/readyz")]


@pytest.mark.parametrize(
    "judged",
    [
        workload({"livenessProbe": {"exec": {"command": ["true"]}}}),
        workload({"livenessProbe": get()}, hostNetwork=True),
        workload({"livenessProbe": get()}, restartPolicy="OnFailure", kind="Job"),
        workload({"livenessProbe": get(host="127.0.0.1")}),
    ],
    ids=["exec", "host-network", "batch", "host"],
)
def test_nobody_is_asked_where_only_kubelet_may_or_nothing_stays(judged: Workload) -> None:
    assert demanded(judged) == []


@pytest.mark.parametrize(
    "path, fine", [("/", True), ("/a?b=c", True), ("", False), ("a", False), ("/a b", False), ("/\n", False)]
)
def test_a_policy_s_path_is_absolute(path: str, *, fine: bool) -> None:
    assert is_path(path) is fine


@pytest.mark.parametrize(
    "port, fine", [(1, True), (65535, True), (0, False), (65536, False), ("http", True), ("", False)]
)
def test_a_policy_s_port_is_a_number_or_a_name(port: int | str, *, fine: bool) -> None:
    assert is_port(port) is fine


@pytest.mark.parametrize("age, found", [(59, Fail), (61, Unknown)])
def test_answers_from_before_a_restart_do_not_count_against_the_container(age: int, found: type) -> None:
    judged = workload({"livenessProbe": get()})
    reading = Reading(NOW - timedelta(seconds=age), Answer.FAILURE, "503", 0.01, 503)
    seen = Observation(reading, failures=3, statuses=(503, 503, 503), answers=3)
    inventory = Inventory()
    inventory.put(judged)
    inventory.put(
        workloads.pod(
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {
                    "name": "cart-1",
                    "namespace": "shop",
                    "uid": "uid-pod",
                    "ownerReferences": [{"kind": "Deployment", "name": "cart", "uid": "uid-cart", "controller": True}],
                },
                "status": {
                    "phase": "Running",
                    "containerStatuses": [
                        {"name": "c0", "started": True, "state": {"running": {"startedAt": "2026-11-21T09:59:00Z"}}}
                    ],
                },
            }
        )
    )
    cluster = Snapshot(inventory, NOW, observe=lambda _pod, _question: seen)
    (finding,) = liveness_endpoint(judged, cluster)
    assert isinstance(finding, found)
