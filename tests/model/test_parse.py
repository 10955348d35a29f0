"""Raw objects of every kind become the records that they say; of Kubernetes' defaults, those that checks rely on."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.model.objects import kinds, raw

from readiness.model import (
    ConfigMap,
    EndpointSlice,
    HorizontalPodAutoscaler,
    Ingress,
    LimitRange,
    Namespace,
    NetworkPolicy,
    Owner,
    PodDisruptionBudget,
    Ref,
    ResourceQuota,
    Service,
    ServiceAccount,
)
from readiness.model.labels import EVERYTHING, Selector
from readiness.model.parse import KINDS, Kind, Record, ref_of
from readiness.model.pod import ReplicaSet
from readiness.model.surroundings import Condition, Endpoint, IngressTLS, Peer, Route, ServicePort

BY_KIND: dict[str, Kind] = {kind.name: kind for kind in KINDS}
CREATED = datetime(2026, 11, 20, 8, tzinfo=UTC)

SURROUNDINGS: list[Record] = [
    Namespace(
        Ref("Namespace", "", "shop"),
        "u-ns",
        {"team": "cart", "kubernetes.io/metadata.name": "shop"},
        deleted=True,
    ),
    ReplicaSet(
        Ref("ReplicaSet", "shop", "cart-5d9c", "apps"),
        "u-rs",
        Owner("Deployment", "cart", "u-deploy", "apps/v1"),
    ),
    Service(
        Ref("Service", "shop", "cart"),
        "u-svc",
        Selector((("app", "cart"), ("tier", "web"))),
        (ServicePort(80, "http", "http"), ServicePort(53, 53, protocol="UDP")),
        type="NodePort",
        headless=True,
        publish_not_ready=True,
    ),
    EndpointSlice(
        Ref("EndpointSlice", "shop", "cart-abc", "discovery.k8s.io"),
        "u-eps",
        "cart",
        (Endpoint(ready=False, pod="cart-5d9c-x2x"), Endpoint(ready=True)),
    ),
    PodDisruptionBudget(
        Ref("PodDisruptionBudget", "shop", "cart", "policy"),
        "u-pdb",
        EVERYTHING,
        "50%",
        1,
        2,
        api_version="policy/v1",
        unhealthy_eviction="AlwaysAllow",
    ),
    HorizontalPodAutoscaler(
        Ref("HorizontalPodAutoscaler", "shop", "cart", "autoscaling"),
        "u-hpa",
        "Deployment",
        "cart",
        min_replicas=2,
        max_replicas=9,
        metrics=("cpu", "requests", "Strange"),
        conditions={"ScalingActive": Condition("False", "DesiredZero", CREATED)},
        api_version="autoscaling/v2",
        owner=Owner("ScaledObject", "cart", "u-so", "keda.sh/v1alpha1"),
    ),
    NetworkPolicy(
        Ref("NetworkPolicy", "shop", "cart", "networking.k8s.io"),
        "u-np",
        Selector((("app", "cart"),)),
        ("Ingress", "Egress"),
        open_directions=("Ingress",),
        api_version="networking.k8s.io/v1",
        peers=(Peer("Egress"),),
    ),
    Ingress(
        Ref("Ingress", "shop", "cart", "networking.k8s.io"),
        "u-ing",
        "nginx",
        (
            Route("cart.shop.example", (("cart", "http"), ("cart", 80)), ("/", "/api", "/static")),
            Route("", (("front", 80),)),
        ),
        (IngressTLS(("cart.shop.example",), "cart-tls"),),
        {"shop.example/owner": "cart"},
        "networking.k8s.io/v1",
    ),
    ConfigMap(Ref("ConfigMap", "shop", "cart"), "u-cm", settings={"region": "eu-1", "cart.yaml": None}),
    ServiceAccount(
        Ref("ServiceAccount", "shop", "cart"),
        "u-sa",
        automount_token=False,
        image_pull_secrets=("registry",),
        secrets=("cart-token-x7k2p",),
    ),
    LimitRange(
        Ref("LimitRange", "shop", "defaults"),
        "u-lr",
        default_limits={"cpu": "4", "memory": "256Mi"},
        default_requests={"cpu": "4", "memory": "128Mi", "ephemeral-storage": "1Mi"},
        created=CREATED,
    ),
    ResourceQuota(Ref("ResourceQuota", "shop", "bounds"), "u-rq", {"limits.memory": "8Gi"}, scoped=True),
]


def test_there_is_an_object_of_every_kind_that_is_read() -> None:
    assert set(kinds()) == set(BY_KIND)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_reads_its_objects_as_records_of_its_type(kind: Kind) -> None:
    record = kind.read(raw(kind.name))
    assert type(record) is kind.record
    namespaces = {"shop"} if kind.namespaced and not kind.afar else {"", "shop", "monitoring", "velero"}
    assert record.ref == Ref(kind.kind, record.ref.namespace, record.ref.name, kind.group)
    assert record.ref.namespace in namespaces


@pytest.mark.parametrize("record", SURROUNDINGS, ids=lambda record: record.ref.kind)
def test_a_record_has_what_its_object_says(record: Record) -> None:
    assert BY_KIND[record.ref.kind].read(raw(record.ref.kind)) == record


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_items_of_a_list_get_the_kind_that_they_do_not_carry(kind: Kind) -> None:
    item = {key: value for key, value in raw(kind.name).items() if key not in ("kind", "apiVersion")}
    assert kind.read(item) == kind.read(raw(kind.name))


def test_collections_have_the_paths_of_the_api() -> None:
    assert BY_KIND["Pod"].path == "/api/v1/pods"
    assert BY_KIND["Deployment"].path == "/apis/apps/v1/deployments"


DEFAULTS = [
    # kind, what it says, attribute, what that is then
    ("Namespace", {}, "labels", {"kubernetes.io/metadata.name": "it"}),
    ("Namespace", {}, "deleted", False),
    ("Service", {"spec": {"selector": {}}}, "selector", None),
    ("Service", {}, "type", "ClusterIP"),
    ("Service", {}, "headless", False),
    ("EndpointSlice", {"endpoints": [{"conditions": {"ready": None}}]}, "endpoints", (Endpoint(ready=True),)),
    ("EndpointSlice", {"endpoints": None}, "endpoints", ()),
    ("PodDisruptionBudget", {"spec": {}}, "selector", None),
    ("PodDisruptionBudget", {"spec": {"selector": {}}}, "selector", EVERYTHING),
    ("PodDisruptionBudget", {}, "disruptions_allowed", None),
    ("HorizontalPodAutoscaler", {"spec": {"targetCPUUtilizationPercentage": 80}}, "metrics", ("cpu",)),
    ("HorizontalPodAutoscaler", {}, "metrics", ()),
    ("HorizontalPodAutoscaler", {}, "min_replicas", 1),
    ("NetworkPolicy", {"spec": {}}, "selector", EVERYTHING),
    ("NetworkPolicy", {"spec": {}}, "directions", ("Ingress",)),
    ("NetworkPolicy", {"spec": {"egress": []}}, "directions", ("Ingress",)),
    ("NetworkPolicy", {"spec": {"egress": [{}]}}, "directions", ("Ingress", "Egress")),
    ("NetworkPolicy", {"spec": {"egress": [{}]}}, "open_directions", ("Egress",)),
    ("NetworkPolicy", {"spec": {"policyTypes": ["Ingress"], "egress": [{}]}}, "open_directions", ()),
    ("NetworkPolicy", {"spec": {"ingress": [{"from": []}]}}, "open_directions", ("Ingress",)),
    ("NetworkPolicy", {"spec": {"ingress": []}}, "open_directions", ()),
    ("Ingress", {"metadata": {"annotations": {"kubernetes.io/ingress.class": "old"}}}, "class_name", "old"),
    ("Ingress", {"spec": {"rules": [{"host": "a.example"}]}}, "routes", (Route("a.example"),)),
    ("Ingress", {"spec": {"tls": [{}]}}, "tls", (IngressTLS(),)),
    ("ConfigMap", {"data": {"A": 1, 2: "b", "C": ""}}, "settings", {"C": ""}),
    ("ConfigMap", {"data": {"DB_PASSWORD": "tulip-mandolin", "A": "changeme"}}, "settings",
     {"DB_PASSWORD": None, "A": "changeme"}),
    ("ConfigMap", {"data": {"DB_PASSWORD": "Guest"}}, "settings", {"DB_PASSWORD": "Guest"}),
    ("ConfigMap", {"data": {"A": "x" * 128, "B": "x" * 129, "C": "a\nb"}}, "settings",
     {"A": "x" * 128, "B": None, "C": None}),
    ("ConfigMap", {"binaryData": {"logo": "QQ=="}}, "settings", {"logo": None}),
    ("ServiceAccount", {}, "automount_token", None),
    ("LimitRange", {"spec": {"limits": [{"type": "Container", "default": {"cpu": 1}}]}}, "default_requests",
     {"cpu": "1"}),
    ("LimitRange", {"spec": {"limits": [{"type": "Container", "min": {"cpu": 1}}]}}, "default_limits", {}),
]  # fmt: skip


@pytest.mark.parametrize("kind, said, attribute, value", DEFAULTS)
def test_what_is_not_said_is_what_kubernetes_makes_of_it(
    kind: str, said: dict[str, Any], attribute: str, value: object
) -> None:
    assert getattr(BY_KIND[kind].read({"metadata": {"name": "it"}, **said}), attribute) == value


def test_a_credential_in_a_config_map_is_told_by_its_key_and_not_kept() -> None:
    password = "Zq7" + "xW2mPe9Kd4"  # in two parts: scanners of this repository look for whole ones
    data = {"DB_PASSWORD": password, "API_TOKEN": "changeme", "region": "eu-1", 7: "x", "n": 1}
    record = BY_KIND["ConfigMap"].read({"metadata": {"name": "cart"}, "data": data})
    assert isinstance(record, ConfigMap)
    assert {key for key, _ in record.hits} == {"DB_PASSWORD"}
    assert {key for key, _ in record.placeholder_hits} == {"API_TOKEN"}
    assert password not in repr(record)


NAMES = [
    ({"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "a", "namespace": "b"}}, Ref("Pod", "b", "a")),
    ({"kind": "Job", "apiVersion": "batch/v1", "metadata": {"generateName": "a-"}}, Ref("Job", "", "a-", "batch")),
    ({"kind": 7, "apiVersion": [], "metadata": "a"}, Ref("", "", "")),
    ({}, Ref("", "", "")),
]  # fmt: skip


@pytest.mark.parametrize("said, ref", NAMES)
def test_any_object_has_a_name(said: dict[str, Any], ref: Ref) -> None:
    assert ref_of(said) == ref


# --- objects of the wrong shape: nothing raises, and what has the wrong type counts as absent -----

Path = tuple[str | int, ...]
MISFIT: Any = [[]]  # a list of lists: no field that is read has that type
ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    float("nan"),
    "",
    "x",
    "25%",
    [],
    MISFIT,
    [None, 1, "x"],
    {},
    {1: 2},
)


def paths(value: Any, at: Path = ()) -> Iterator[Path]:
    """The path of everything inside a value, but for an object's own kind."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in inside:
        if (*at, step) not in (("kind",), ("apiVersion",)):
            yield (*at, step)
            yield from paths(part, (*at, step))


def changed(value: Any, path: Path, *new: Any) -> Any:
    """A copy with another value at a path; without one, with nothing there."""
    copy, step = value.copy(), path[0]
    if path[1:]:
        copy[step] = changed(value[step], path[1:], *new)
    elif new:
        copy[step] = new[0]
    else:
        del copy[step]
    return copy


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_has_the_wrong_type_counts_as_absent(kind: Kind) -> None:
    whole = raw(kind.name)
    for path in paths(whole):
        misfit, absent = changed(whole, path, MISFIT), changed(whole, path)
        assert kind.read(misfit) == kind.read(absent), path


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_no_odd_value_makes_reading_fail(kind: Kind) -> None:
    whole = raw(kind.name)
    for path in paths(whole):
        for odd in ODD:
            assert isinstance(kind.read(changed(whole, path, odd)), kind.record)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
def test_no_object_of_any_shape_makes_reading_fail(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(KINDS))
    whole = raw(kind.name)
    for path in data.draw(st.lists(st.sampled_from(list(paths(whole))), min_size=1, max_size=3)):
        try:
            whole = changed(whole, path, data.draw(JSON))
        except (AttributeError, LookupError, TypeError):  # an earlier change took its parent away
            continue
    assert isinstance(kind.read(whole), kind.record)
