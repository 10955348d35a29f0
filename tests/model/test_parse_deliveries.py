"""What Argo CD, Flagger and gateways are told, and say, becomes the records that it says."""

from typing import Any

import pytest
from tests.model.objects import raw
from tests.model.test_parse_foreign import AT, BY_NAME, CART, ref

from readiness.model.about import EVERYBODY, Key
from readiness.model.deliveries import Application, FlaggerCanary, Gateway, Listener
from readiness.model.foreign import GatewayParent
from readiness.model.monitoring import ServiceLevel
from readiness.model.parse import Foreign

APPLICATION, CANARY, GATEWAY = "Application.argoproj.io", "Canary.flagger.app", "Gateway.gateway.networking.k8s.io"
HTTPS = Listener("https", "HTTPS", 443, "*.shop.example", certified=True, admitted="Selector", selector=CART)
EDGE = GatewayParent("gateways", "edge")

RECORDS: list[tuple[Foreign, tuple[Key, ...]]] = [
    (
        Application(
            ref("Application", "shop", "argoproj.io"),
            ("mail", "shop"),
            sync="OutOfSync",
            health="Degraded",
            health_changed=AT,
            pending=True,
            failed=True,
        ),
        (("mail",), ("shop",)),
    ),
    (
        FlaggerCanary(ref("Canary", "cart", "flagger.app"), "Deployment", "cart", "BlueGreen"),
        (("shop", "Deployment", "cart"), ("shop", "Deployment", "cart-primary")),
    ),
    (
        Gateway(
            ref("Gateway", "edge", "gateway.networking.k8s.io"),
            (Listener("http", "HTTP", 80), HTTPS, Listener("through", "TLS", 8443, certified=True)),
        ),
        (EVERYBODY,),
    ),
]


@pytest.mark.parametrize("record, about", RECORDS, ids=lambda item: getattr(item, "ref", ""))
def test_a_record_has_what_its_object_says_and_is_about_whom_it_names(record: Foreign, about: tuple[Key, ...]) -> None:
    name = f"{record.ref.kind}.{record.ref.group}"
    assert BY_NAME[name].read(raw(name)) == record
    assert record.about == about


def test_an_objective_of_openslo_names_its_service() -> None:
    level = BY_NAME["SLO.openslo.com"].read(raw("SLO.openslo.com"))
    assert isinstance(level, ServiceLevel)
    assert level.service == "cart"


SAYINGS: list[tuple[str, dict[str, Any], str, object]] = [
    # kind, what it says, attribute, what that is then
    (APPLICATION, {"status": {"operationState": {"phase": "Running"}}}, "busy", True),
    (APPLICATION, {"operation": {"sync": {}}}, "busy", True),
    (APPLICATION, {"status": {"sync": {"revision": "a"}}}, "pending", False),
    (APPLICATION, {"spec": {"syncPolicy": {"automated": {}}}}, "pending", False),
    (CANARY, {"spec": {"analysis": {"iterations": 10, "match": [{}]}}}, "way", "Canary"),
    (CANARY, {"spec": {"analysis": {"stepWeight": 10, "maxWeight": 50}}}, "way", "Canary"),
    (GATEWAY, {"spec": {"listeners": [{"tls": {"options": {"a": "b"}}}]}}, "listeners",
     (Listener("", certified=True),)),
]  # fmt: skip


@pytest.mark.parametrize("name, said, attribute, expected", SAYINGS)
def test_what_is_left_out_has_its_default(name: str, said: dict[str, Any], attribute: str, expected: object) -> None:
    kind = BY_NAME[name]
    assert getattr(kind.read({"metadata": {"name": "cart", "namespace": "shop"}, **said}), attribute) == expected


@pytest.mark.parametrize(
    "parent, hosts, taken",
    [
        (EDGE, (), True),
        (EDGE, ("cart.shop.example",), True),
        (EDGE, ("cart.blog.example", "*.example"), True),
        (EDGE, ("*.cart.shop.example",), True),
        (EDGE, ("cart.blog.example",), False),
        (EDGE, ("*.blog.example",), False),
        (GatewayParent("gateways", "edge", "http"), (), False),
        (GatewayParent("gateways", "edge", "https", 443), (), True),
        (GatewayParent("gateways", "edge", port=80), (), False),
    ],
)
def test_a_listener_takes_routes_for_hosts_that_it_has_in_common(
    parent: GatewayParent, hosts: tuple[str, ...], taken: object
) -> None:
    assert HTTPS.takes(parent, hosts) is taken


def test_a_listener_for_one_host_takes_routes_for_wildcards_over_it() -> None:
    cart = Listener("cart", "HTTPS", 443, "cart.shop.example")
    assert cart.takes(EDGE, ("*.shop.example",))
    assert not cart.takes(EDGE, ("mail.shop.example",))


@pytest.mark.parametrize(
    "listener, labels, admitted",
    [
        (Listener("a"), {}, False),
        (Listener("a", admitted="None"), {}, False),
        (Listener("a", admitted="All"), {}, True),
        (HTTPS, {"app": "cart"}, True),
        (HTTPS, {"app": "mail"}, False),
        (HTTPS, None, True),
        (Listener("a", admitted="Selector"), {}, False),
    ],
)
def test_a_listener_admits_routes_of_some_namespaces(
    listener: Listener, labels: dict[str, str] | None, admitted: object
) -> None:
    gateway = ref("Gateway", "edge", "gateway.networking.k8s.io", "gateways")
    assert listener.admits(ref("HTTPRoute", "cart", "gateway.networking.k8s.io"), gateway, labels) is admitted


def test_a_listener_admits_routes_of_its_own_namespace() -> None:
    here = ref("HTTPRoute", "cart", "gateway.networking.k8s.io")
    assert Listener("a").admits(here, here, None)
