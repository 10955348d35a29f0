"""Small worlds for property tests: few names, so that records meet, replace and select one another all the time."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from readiness.model.backups import BackupPlan
from readiness.model.claims import Attestation, Subject, Validity, Waiver
from readiness.model.container import Container, KeyRef, PodSpec, Security, Volume
from readiness.model.controllers import Claim, CronRules, JobRules, StatefulRules
from readiness.model.foreign import GatewayRoute, ScaledObject, TestRun
from readiness.model.inventory import Inventory
from readiness.model.labels import Expression, Selector
from readiness.model.mesh import DestinationRule, LinkerdServer, PeerAuthentication, TraefikMiddleware, VirtualService
from readiness.model.monitoring import Alert, Board, PodMonitor, PrometheusRule, ServiceMonitor
from readiness.model.parse import Foreign, Record
from readiness.model.permissions import AccessRole, PolicyRule, RoleBinding
from readiness.model.pod import Pod, ReplicaSet
from readiness.model.ref import Owner, Ref
from readiness.model.scans import Scan, VulnerabilityReport
from readiness.model.secret_sources import Certificate, SecretSource
from readiness.model.snapshot import Snapshot
from readiness.model.storage import PersistentVolumeClaim
from readiness.model.surroundings import (
    ConfigMap,
    Endpoint,
    EndpointSlice,
    HorizontalPodAutoscaler,
    Ingress,
    IngressTLS,
    LimitRange,
    Namespace,
    NetworkPolicy,
    PodDisruptionBudget,
    ResourceQuota,
    Route,
    Service,
    ServiceAccount,
)
from readiness.model.workload import Workload

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
VERSIONS = {
    "Deployment": "apps/v1", "StatefulSet": "apps/v1", "ReplicaSet": "apps/v1",
    "Job": "batch/v1", "CronJob": "batch/v1", "Node": "v1", "Pod": "v1",
    "Rollout": "argoproj.io/v1alpha1", "JobSet": "jobset.x-k8s.io/v1alpha2", "Cluster": "db.shop.example/v1",
}  # fmt: skip

namespaces = st.sampled_from(["shop", "shop", "shop", "mail"])
names = st.sampled_from(["a", "b"])
lives = st.sampled_from(["1", "1", "1", "2"])  # a second object of the same name has another uid
labels = st.fixed_dictionaries({}, optional={"app": names, "tier": st.sampled_from(["web", "db"])})
selectors = st.one_of(
    st.none(),
    st.just(Selector()),
    labels.map(lambda pairs: Selector(tuple(sorted(pairs.items())))),
    names.map(lambda name: Selector((), (Expression("app", "NotIn", (name,)),))),
)
moments = st.one_of(st.none(), st.integers(0, 3).map(lambda minutes: NOW - timedelta(minutes=minutes)))


def ref(kind: str, namespace: str, name: str) -> Ref:
    group, slash, _ = VERSIONS.get(kind, "x/v1").partition("/")
    return Ref(kind, namespace, name, group if slash else "")


def uid(kind: str, namespace: str, name: str, life: str) -> str:
    return f"{kind}-{namespace}-{name}-{life}"


def _spec(said: Mapping[str, str], config: str, account: str, user: int | None) -> PodSpec:
    used = (KeyRef("ConfigMap", config),) if config else ()
    app = Container("app", "app", env_from=used, security=Security(run_as_user=user))
    secrets = (account,)
    volumes = (Volume("data", "persistentVolumeClaim", claim_name=config), Volume("tmp", "ephemeral", claim=CLAIM))
    return PodSpec("spec", said, {}, (app,), volumes, service_account=account, image_pull_secrets=secrets)


CLAIM = Claim("a", "spec")
specs = st.builds(_spec, labels, st.sampled_from(["", "a", "b"]), names, st.sampled_from([None, 1000, 2000]))


@st.composite
def owners(draw: st.DrawFn, namespace: str, kinds: Iterable[str | None]) -> Owner | None:
    kind = draw(st.sampled_from(list(kinds)))
    if kind is None:
        return None
    name = draw(names)
    return Owner(kind, name, uid(kind, namespace, name, draw(lives)), VERSIONS[kind])


@st.composite
def workloads(draw: st.DrawFn, kinds: Iterable[str] = ("Deployment", "StatefulSet", "CronJob", "Job")) -> Workload:
    kind, namespace, name = draw(st.sampled_from(list(kinds))), draw(namespaces), draw(names)
    made_by = ("CronJob", "JobSet", None) if kind == "Job" else (None,)
    return Workload(
        ref=ref(kind, namespace, name),
        api_version=VERSIONS[kind],
        pod=draw(specs),
        uid=draw(st.sampled_from([uid(kind, namespace, name, "1"), uid(kind, namespace, name, "2"), ""])),
        owner=draw(owners(namespace, made_by)),
        labels=draw(labels),
        created=draw(moments),
        replicas=None if kind in ("Job", "CronJob") else draw(st.integers(0, 3)),
        finished=kind == "Job" and draw(st.booleans()),
        stateful=StatefulRules(service=draw(names), claims=(CLAIM,)) if kind == "StatefulSet" else None,
        borrows=kind == "Rollout" and draw(st.booleans()),
        job=JobRules("spec", complete=draw(st.sampled_from([None, True]))) if kind in ("Job", "CronJob") else None,
        cron=CronRules(draw(st.sampled_from(["@daily", "@hourly"]))) if kind == "CronJob" else None,
        annotations=draw(st.sampled_from([{}, {"helm.sh/hook": "test"}])) if kind == "Job" else {},
    )


@st.composite
def replica_sets(draw: st.DrawFn) -> ReplicaSet:
    namespace, name, life = draw(namespaces), draw(names), draw(lives)
    owner = draw(owners(namespace, ("Deployment", "Rollout", "Rollout", None)))
    return ReplicaSet(ref("ReplicaSet", namespace, name), uid("ReplicaSet", namespace, name, life), owner)


@st.composite
def pods(draw: st.DrawFn) -> Pod:
    namespace, name = draw(namespaces), draw(st.sampled_from(["p", "q", "r"]))
    owner = draw(
        owners(namespace, (None, "Node", "ReplicaSet", "ReplicaSet", "ReplicaSet", "StatefulSet", "Job", "Cluster"))
    )
    if owner is not None and owner.kind == "StatefulSet":
        name = f"{owner.name}-0"
    templated = owner is not None and owner.kind in ("StatefulSet", "Job")
    return Pod(
        ref=ref("Pod", namespace, name),
        uid=uid("Pod", namespace, name, draw(lives)),
        owner=owner,
        created=draw(moments),
        ready=draw(st.booleans()),
        phase=draw(st.sampled_from(["Running", "Failed"])),
        spec=None if templated or draw(st.integers(0, 7)) == 0 else draw(specs),
    )


def _around(kind: type[Record], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Record]:
    at = st.builds(Ref, st.just(kind.__name__), namespaces, names)
    if kind not in (Attestation, Waiver):  # which are claims whatever object makes them
        fields["uid"] = lives
    return st.builds(kind, ref=at, **fields)


def _others(kind: type[Foreign], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Record]:
    return st.builds(kind, ref=st.builds(Ref, st.just(kind.__name__), namespaces, names), **fields)


endpoints = st.lists(st.builds(Endpoint, st.booleans(), st.sampled_from(["", "p", "q"])), max_size=2).map(tuple)
targets = st.sampled_from(["Deployment", "Cluster", "Rollout"])
surroundings = st.one_of(
    _around(Service, selector=selectors, labels=labels),
    _around(EndpointSlice, service=st.sampled_from(["a", "b", ""]), endpoints=endpoints),
    _around(PodDisruptionBudget, selector=selectors, max_unavailable=st.integers(0, 2)),
    _around(NetworkPolicy, selector=selectors),
    _around(HorizontalPodAutoscaler, target_kind=targets, target_name=names, min_replicas=st.integers(1, 3)),
    _around(
        Ingress,
        routes=st.lists(names, max_size=2).map(lambda to: (Route("", tuple((name, 80) for name in to)),)),
        tls=st.sampled_from([(), (IngressTLS((), "a"),)]),
    ),
    _around(
        ConfigMap,
        settings=st.sampled_from([{}, {"LOG_LEVEL": "info"}]),
        boards=st.sampled_from([(), (), (None,), (Board("Cart"),)]),
    ),
    _around(ServiceAccount, automount_token=st.booleans()),
    _around(ResourceQuota, hard=st.sampled_from([{}, {"requests.cpu": "1"}])),
    _around(LimitRange, default_limits=st.sampled_from([{}, {"cpu": "1"}])),
    st.builds(lambda name, said: Namespace(Ref("Namespace", "", name), labels=said), namespaces, labels),
)
roles = st.builds(Ref, st.just("Role"), namespaces, names)
accounts = st.sampled_from(
    [(), ((),), (("shop",),), (("shop", "ServiceAccount", "a"),), (("mail", "ServiceAccount", "b"),)]
)
places = st.sampled_from([None, ("shop",), ("shop", "mail"), ("mail",)])
owned = st.sampled_from(["Deployment", "ReplicaSet", "Job", "Cluster", "Pod"])
foreign = st.one_of(
    _others(ServiceMonitor, selector=selectors, namespaces=places),
    _others(PodMonitor, selector=selectors, namespaces=places),
    _others(
        PrometheusRule,
        alerts=st.sampled_from([(), (Alert("A", "", pins=(("namespace", ("shop",)),)),), (Alert("A", "up == 0"),)]),
    ),
    _others(SecretSource, secret=names, ready=st.booleans()),
    _others(
        VulnerabilityReport, scan=st.builds(Scan, owned, st.sampled_from(["a", "b", "p"])), critical=st.integers(0, 1)
    ),
    _others(Certificate, secret=names, ready=st.booleans()),
    _others(ScaledObject, target_kind=targets, target_name=names, min_replicas=st.integers(0, 1)),
    _others(GatewayRoute, services=st.frozensets(st.tuples(namespaces, names), max_size=2)),
    _others(TestRun, passed=st.booleans()),
    st.builds(
        PeerAuthentication,
        st.builds(Ref, st.just("PeerAuthentication"), st.sampled_from(["shop", "mail", "istio-system"]), names),
        mode=st.sampled_from(["STRICT", "DISABLE"]),
    ),
    _others(
        VirtualService,
        timeouts=st.dictionaries(st.tuples(namespaces, names), st.just(("5s",)), max_size=2),
        public=st.booleans(),
    ),
    _others(DestinationRule, namespaces=places, breaks=st.booleans()),
    _others(LinkerdServer, selector=selectors),
    _others(TraefikMiddleware, limits=st.booleans()),
    _others(RoleBinding, role=roles, about=accounts),
    st.builds(AccessRole, roles, st.sampled_from([(), (PolicyRule(("",), ("secrets",), ("get",)),)])),
    st.builds(
        lambda namespace, named, phase: PersistentVolumeClaim(
            Ref("PersistentVolumeClaim", namespace, named[0]), phase, pod=named[1]
        ),
        namespaces,
        st.sampled_from([("a", ""), ("b", ""), ("a-a-0", ""), ("a-b-0", ""), ("p-tmp", "p"), ("a-0-tmp", "a-0")]),
        st.sampled_from(["Bound", "Pending"]),
    ),
    _others(BackupPlan, namespaces=places, cluster=st.sampled_from(["", "a"]), paused=st.booleans()),
)
subjects = st.one_of(
    selectors.filter(bool).map(lambda selector: Subject(selector=selector)),
    st.builds(Subject, targets, names, st.sampled_from([None, "apps", "argoproj.io"])),
)
_FOR_EVER = st.just(Validity(None, None))
claims = st.one_of(
    _around(Attestation, subject=subjects, validity=_FOR_EVER, claim=st.sampled_from(["load-test", "on-call"])),
    _around(Waiver, subject=subjects, validity=_FOR_EVER),
)
rollouts = workloads(("Rollout",))
changes = st.one_of(workloads(), rollouts, replica_sets(), pods(), pods(), pods(), surroundings, claims, foreign)
# Offline a third-party controller may be among the manifests, beside pods that tell of it too.
records = st.one_of(changes, workloads(("Cluster",)))

World = dict[tuple[type[Record], Ref], Record]


def key(record: Record) -> tuple[type[Record], Ref]:
    return type(record), record.ref


def world_of(found: Iterable[Record]) -> World:
    """The last record of each type and name."""
    return {key(record): record for record in found}


def inventory_of(world: Iterable[Record]) -> Inventory:
    inventory = Inventory()
    for record in world:
        inventory.put(record)
    return inventory


_ABOUT: tuple[type[Foreign], ...] = (
    PrometheusRule, SecretSource, VulnerabilityReport, ScaledObject, GatewayRoute, TestRun, BackupPlan,
    PeerAuthentication, VirtualService, DestinationRule, LinkerdServer, TraefikMiddleware,
)  # fmt: skip


def told(inventory: Inventory) -> dict[Ref, tuple[Any, ...]]:
    """Everything that checks can ask of each root workload."""
    cluster = Snapshot(inventory, NOW)
    return {root: _told_of(cluster, root) for root in inventory.roots()}


def _told_of(cluster: Snapshot, root: Ref) -> tuple[Any, ...]:
    workload = cluster.inventory.workload(root)
    assert workload is not None, f"{root} is a root and must be there"
    services, budgets = cluster.services_for(workload), cluster.budgets_for(workload)
    used = sorted(reference.to.name for reference in workload.pod.references("ConfigMap"))
    return (
        workload, cluster.pods_of(workload), cluster.moved_at(workload),
        services, [cluster.endpoints_of(service) for service in services], cluster.ingresses_for(workload),
        workload.stateful and cluster.service(root.namespace, workload.stateful.service),
        budgets, [cluster.pods_under(budget) for budget in budgets],
        cluster.network_policies_for(workload),
        cluster.autoscalers_of(workload), cluster.replicas_of(workload),
        [cluster.config_map(root.namespace, name) for name in used],
        cluster.service_account_of(workload), cluster.limit_ranges_for(workload),
        cluster.namespace_of(workload),
        cluster.waivers_for(workload), cluster.attestations_for(workload, "load-test"),
        [cluster.service_monitors_for(service) for service in services], cluster.pod_monitors_for(workload),
        *(cluster.about(workload, kind) for kind in _ABOUT),
        [cluster.certificates_of(ingress) for ingress in cluster.ingresses_for(workload)],
        cluster.dashboards(),
        [(job.ref, job.labels, job.job) for job in cluster.jobs_in(root.namespace) if job.annotations],
        [(job.ref, job.labels, job.cron, job.suspended) for job in cluster.cron_jobs_in(root.namespace)],
        cluster.exposed(workload),
        cluster.grants_of(workload), cluster.volume_claims_of(workload),
        [set(cluster.workloads_as(user, root.namespace)) for user in workload.pod.users],
    )  # fmt: skip
