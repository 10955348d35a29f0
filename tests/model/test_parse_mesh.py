"""What Istio, Linkerd and Traefik are told becomes the records that it says."""

from typing import Any

import pytest
from tests.model.objects import raw
from tests.model.test_parse_foreign import AT, BY_NAME, CART, ref

from readiness.model.about import EVERYBODY, Key
from readiness.model.labels import Selector
from readiness.model.mesh import (
    DestinationRule,
    LinkerdAuthorization,
    LinkerdRateLimit,
    LinkerdServer,
    PeerAuthentication,
    TraefikMiddleware,
    VirtualService,
)
from readiness.model.parse import Foreign

ISTIO, SECURITY, LINKERD, TRAEFIK = "networking.istio.io", "security.istio.io", "policy.linkerd.io", "traefik.io"
HERE = (("shop",),)
OF_TEAM = Selector((("team", "cart"),))

RECORDS: list[tuple[Foreign, tuple[Key, ...]]] = [
    (PeerAuthentication(ref("PeerAuthentication", "cart", SECURITY), CART, "STRICT", {9090: "PERMISSIVE"}, AT), HERE),
    (
        VirtualService(
            ref("VirtualService", "cart", ISTIO),
            {("search", "search"): ("5s",), ("shop", "cart"): ("10s", ""), ("shop", "queue"): ()},
            public=True,
        ),
        (("search", "Service", "search"), ("shop", "Service", "cart"), ("shop", "Service", "queue")),
    ),
    (
        DestinationRule(
            ref("DestinationRule", "redis", ISTIO),
            "redis.shop.svc.cluster.local",
            breaks=True,
            namespaces=("shop", "mail"),
        ),
        (("shop",), ("mail",)),
    ),
    (
        LinkerdServer(ref("Server", "cart-http", LINKERD), CART, "http", "all-authenticated", {"team": "cart"}),
        HERE,
    ),
    (LinkerdAuthorization(ref("AuthorizationPolicy", "cart", LINKERD), "cart-http", identified=True), HERE),
    (LinkerdAuthorization(ref("ServerAuthorization", "cart", LINKERD), "", OF_TEAM, identified=True), HERE),
    (LinkerdRateLimit(ref("HTTPLocalRateLimitPolicy", "cart", LINKERD), "cart-http", limits=True), HERE),
    (
        TraefikMiddleware(
            ref("Middleware", "slow", TRAEFIK),
            limits=True,
            chain=("shop-auth@kubernetescrd", "edge-headers@kubernetescrd"),
        ),
        (EVERYBODY,),
    ),
]


@pytest.mark.parametrize("record, about", RECORDS, ids=lambda item: getattr(item, "ref", ""))
def test_a_record_has_what_its_object_says_and_is_about_whom_it_names(record: Foreign, about: tuple[Key, ...]) -> None:
    name = f"{record.ref.kind}.{record.ref.group}"
    assert BY_NAME[name].read(raw(name)) == record
    assert record.about == about


RULE, AUTHORIZATION, LIMIT = f"DestinationRule.{ISTIO}", f"ServerAuthorization.{LINKERD}", f"Middleware.{TRAEFIK}"
PEERS, ROUTES, POLICY = f"PeerAuthentication.{SECURITY}", f"VirtualService.{ISTIO}", f"AuthorizationPolicy.{LINKERD}"
RATE = f"HTTPLocalRateLimitPolicy.{LINKERD}"


def breaking(**said: object) -> dict[str, Any]:
    return {"spec": {"trafficPolicy": {"outlierDetection": said}}}


SAYINGS: list[tuple[str, dict[str, Any], str, object]] = [
    # kind, what it says, attribute, what that is then
    (PEERS, {"spec": {"selector": {"matchLabels": {}}}}, "selector", None),
    (PEERS, {"spec": {"mtls": {"mode": "UNSET"}}}, "mode", ""),
    (PEERS, {"spec": {"portLevelMtls": {8080: {"mode": "DISABLE"}, "x": {"mode": "STRICT"}, None: {}}}}, "ports",
     {8080: "DISABLE"}),
    (PEERS, {"metadata": {"name": "default", "namespace": "istio-system"}}, "about", (EVERYBODY,)),
    (ROUTES, {"spec": {"http": [{"route": [{"destination": {"host": "*.shop.svc.cluster.local"}}, {}]}]}}, "timeouts",
     {}),
    (ROUTES, {"spec": {"gateways": ["mesh"]}}, "public", False),
    (RULE, {"spec": {"host": "*.shop.svc.cluster.local"}}, "host", "*.shop.svc.cluster.local"),
    (RULE, {"spec": {"exportTo": ["*"]}}, "about", (EVERYBODY,)),
    (RULE, {}, "breaks", False),
    (RULE, breaking(), "breaks", True),
    (RULE, breaking(consecutive5xxErrors=0), "breaks", False),
    (RULE, breaking(consecutive5xxErrors=0, consecutiveGatewayErrors=5), "breaks", True),
    (f"Server.{LINKERD}", {}, "access", "deny"),
    (f"Server.{LINKERD}", {"spec": {"podSelector": {}, "port": 8080}}, "selector", Selector()),
    (POLICY, {"spec": {"requiredAuthenticationRefs": [{"kind": "ServiceAccount", "name": "front"}]}}, "identified",
     True),
    (POLICY, {"spec": {"requiredAuthenticationRefs": []}}, "identified", False),
    (POLICY, {"spec": {"targetRef": {"kind": "Namespace", "name": "shop"}}}, "server", ""),
    (AUTHORIZATION, {"spec": {"client": {"unauthenticated": True, "meshTLS": {"identities": ["*"]}}}}, "identified",
     False),
    (AUTHORIZATION, {"spec": {"client": {"meshTLS": {"unauthenticatedTLS": True}}}}, "identified", False),
    (AUTHORIZATION, {"spec": {"client": {"networks": [{"cidr": "10.0.0.0/8"}]}}}, "identified", False),
    (RATE, {"spec": {"targetRef": {"kind": "Server", "name": "a"}}}, "limits", False),
    (RATE, {"spec": {"targetRef": {"kind": "Service", "name": "a"}}}, "server", ""),
    (LIMIT, {"spec": {"rateLimit": {"average": 0}}}, "limits", False),
    (LIMIT, {"spec": {"inFlightReq": {"amount": 10}}}, "limits", True),
    (LIMIT, {}, "name", "shop-it@kubernetescrd"),
]  # fmt: skip


@pytest.mark.parametrize("name, said, attribute, expected", SAYINGS)
def test_what_is_left_out_has_its_default(name: str, said: dict[str, Any], attribute: str, expected: object) -> None:
    record = BY_NAME[name].read({"metadata": {"name": "it", "namespace": "shop"}, **said})
    assert getattr(record, attribute) == expected


def test_a_rule_covers_its_host_and_those_of_its_wildcard() -> None:
    own = ref("DestinationRule", "a", ISTIO)
    assert DestinationRule(own, "redis.shop.svc.cluster.local").covers("redis.shop.svc.cluster.local")
    assert DestinationRule(own, "*.svc.cluster.local").covers("redis.shop.svc.cluster.local")
    assert not DestinationRule(own, "*.data.svc.cluster.local").covers("redis.shop.svc.cluster.local")


def test_authorizations_concern_one_server_those_of_some_labels_or_all() -> None:
    server = LinkerdServer(ref("Server", "cart", LINKERD), labels={"team": "cart"})
    own = ref("AuthorizationPolicy", "a", LINKERD)
    assert LinkerdAuthorization(own, "cart").concerns(server)
    assert not LinkerdAuthorization(own, "search").concerns(server)
    assert LinkerdAuthorization(own, "", OF_TEAM).concerns(server)
    assert not LinkerdAuthorization(own, "", CART).concerns(server)
    assert LinkerdAuthorization(own).concerns(server)


def test_of_a_namespace_only_the_annotations_of_linkerd_are_kept() -> None:
    said = {"linkerd.io/inject": "enabled", "config.linkerd.io/default-inbound-policy": "deny", "shop.example/a": "b"}
    namespace = BY_NAME["Namespace"].read({"metadata": {"name": "shop", "annotations": said}})
    assert sorted(getattr(namespace, "annotations", ())) == sorted(said)[:2]
