"""The read-only view of the cluster that checks judge by: relations as sentences, and the time as a value."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from readiness.model.claims import Attestation, Phase, Waiver
from readiness.model.deliveries import Gateway
from readiness.model.evidence import Observation, Probing, Question
from readiness.model.foreign import GatewayParent, GatewayRoute, ScaledObject
from readiness.model.image import is_same
from readiness.model.inventory import Inventory
from readiness.model.mesh import VirtualService
from readiness.model.monitoring import PodMonitor, ServiceMonitor
from readiness.model.parse.kind import Foreign
from readiness.model.permissions import AccessRole, Grant, RoleBinding, built_in
from readiness.model.pod import Pod
from readiness.model.reasons import Reason
from readiness.model.records import dataclass
from readiness.model.ref import Ref
from readiness.model.sampled import Lease, Node, PodMetrics
from readiness.model.secret_sources import Certificate, SecretSource, SecretStore  # fmt: skip
from readiness.model.secrets import Secret
from readiness.model.storage import PersistentVolumeClaim, StorageClass
from readiness.model.strength import Strength
from readiness.model.surroundings import (
    ConfigMap,
    Endpoint,
    HorizontalPodAutoscaler,
    Ingress,
    LimitRange,
    Namespace,
    NetworkPolicy,
    Peer,
    PodDisruptionBudget,
    ResourceQuota,
    Service,
    ServiceAccount,
)  # fmt: skip
from readiness.model.workload import Replicas, Workload

SETTLING = timedelta(minutes=2)  # what is said of live state must have held for this long before it counts against

F = TypeVar("F", bound=Foreign)
OptOuts = Callable[[Workload], list[Waiver]]  # what a workload waives for itself, without end
Inspect = Callable[[Ref], Mapping[str, Strength] | None]  # how strong the values of a Secret are; None: not known
Observe = Callable[[str, Question], Observation | None]  # (uid of a pod, question) -> what it answered lately


def _unobserved(_pod: str, _question: Question) -> Observation | None:
    return None


def _none(_workload: Workload) -> list[Waiver]:
    return []


def strengths_among(inventory: Inventory, ref: Ref) -> Mapping[str, Strength] | None:
    """How strong the values of a Secret among manifests are; None where it is not there, or has none."""
    found = inventory.get(Secret, ref)
    return found.strengths or None if found is not None else None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    The cluster at one moment.

    `live` is False when there is no cluster behind it (manifests). `observe` hands out what probes saw. `probing`
    are the settings of the policy that asks. `unreadable` are kinds that we may not read: what there is of them is
    not known, rather than nothing. Of `unread` kinds that is so for a moment, before they have been listed; those that
    are `not_served` nobody has installed, or, offline, they are not among the manifests. `whole` is False where one
    namespace alone was looked at. `opt_outs` finds what a workload waives for itself. `inspect` tells how strong values
    of Secrets are, where somebody has allowed to look at them.
    """

    inventory: Inventory
    now: datetime
    live: bool = True
    observe: Observe = _unobserved
    probing: Probing = field(default=Probing())
    unreadable: frozenset[type] = frozenset()
    not_served: frozenset[type] = frozenset()
    unread: frozenset[type] = frozenset()
    whole: bool = True
    opt_outs: OptOuts = _none
    inspect: Inspect | None = None

    def asked_by(self, probing: Probing) -> "Snapshot":
        """The same moment, for a policy with these probing settings."""
        return self if probing == self.probing else replace(self, probing=probing)

    def pods_of(self, workload: Workload) -> list[Pod]:
        """Its live pods, by name."""
        return self.inventory.pods_of(workload)

    def moved_at(self, workload: Workload) -> datetime | None:
        """
        When it or one of its pods last came or changed its readiness: what settles counts from here.

        A pod that is being deleted moves until it is to be gone, which may lie ahead.
        """
        moments = [workload.created]
        for pod in self.pods_of(workload):
            moments += (pod.created, pod.ready_changed, pod.gone_by)
        return max((moment for moment in moments if moment is not None), default=None)

    def starting(self, workload: Workload) -> bool:
        """Whether it was created less than two minutes ago, and what its pods lack may never have been there yet."""
        if workload.created is None or self.now >= workload.created + SETTLING:
            return False
        unready = [pod for pod in self.pods_of(workload) if not pod.ready]
        return not unready or not all(pod.lost_ready for pod in unready)

    def rolled_out_at(self, workload: Workload) -> datetime | None:
        """When the first pod of its present template was made that is still there; None where there is none."""
        made = [(pod.created, pod.revision) for pod in self.pods_of(workload) if pod.created is not None]
        newest = max(made, default=None)
        return min((at for at, revision in made if newest and revision == newest[1]), default=None)

    def observation(self, pod: Pod, question: Question) -> Observation | None:
        """What a pod answered to a question lately; None when nobody asked, or so long ago that it no longer counts."""
        seen = self.observe(pod.uid, question)
        return seen if seen is not None and seen.fresh(self.now, self.probing.memory) else None

    def services_for(self, workload: Workload) -> list[Service]:
        """The Services that select its pods."""
        return self.inventory.services.selecting(workload.ref.namespace, workload.pod.labels)

    def service(self, namespace: str, name: str) -> Service | None:
        """A Service by name."""
        return self.inventory.get(Service, Ref("Service", namespace, name))

    def endpoints_of(self, service: Service) -> list[Endpoint] | None:
        """The addresses behind a Service; None before its EndpointSlices are there."""
        slices = self.inventory.slices_of(service.ref)
        return [endpoint for part in slices for endpoint in part.endpoints] if slices else None

    def ingresses_for(self, workload: Workload) -> list[Ingress]:
        """The Ingresses that lead to a Service of its pods, by name."""
        found = {
            item.ref: item
            for service in self.services_for(workload)
            for item in self.inventory.ingresses_to(service.ref)
        }
        return [found[ref] for ref in sorted(found)]

    def rivals_of(self, ingress: Ingress) -> list[Ingress]:
        """The other Ingresses of its class, of any namespace, that name one of its hosts, by name."""
        return self.inventory.rivals_of(ingress)

    def exposed(self, workload: Workload) -> bool:
        """Whether it is reached from outside the cluster: through a public Service, an Ingress or a Gateway's route."""
        return (
            any(service.public for service in self.services_for(workload))
            or bool(self.ingresses_for(workload))
            or any(route.public for route in self.about(workload, GatewayRoute))
            or any(route.public for route in self.about(workload, VirtualService))
        )

    def gateway(self, parent: GatewayParent) -> Gateway | None:
        """The Gateway that a route hangs on."""
        return self.inventory.get(Gateway, Ref("Gateway", parent.namespace, parent.name, "gateway.networking.k8s.io"))

    def budgets_for(self, workload: Workload) -> list[PodDisruptionBudget]:
        """The PodDisruptionBudgets that select its pods."""
        return self.inventory.budgets.selecting(workload.ref.namespace, workload.pod.labels)

    def network_policies_for(self, workload: Workload) -> list[NetworkPolicy]:
        """The NetworkPolicies that select its pods."""
        return self.inventory.network_policies.selecting(workload.ref.namespace, workload.pod.labels)

    def autoscalers_of(self, workload: Workload) -> list[HorizontalPodAutoscaler]:
        """The HorizontalPodAutoscalers that target it."""
        return self.inventory.scalers_of(workload.ref)

    def scalers_of(self, workload: Workload) -> list[HorizontalPodAutoscaler]:
        """The HorizontalPodAutoscalers that target it, in manifests with those that KEDA will make of ScaledObjects."""
        found = self.autoscalers_of(workload)
        made = () if self.live else self.inventory.about(ScaledObject, workload)
        return [*found, *map(HorizontalPodAutoscaler.of, made)]

    def replicas_of(self, workload: Workload) -> Replicas | None:
        """
        How many pods it may have; None where nothing tells.

        An autoscaler's bounds count, not what the spec says, unless that is 0: then autoscaling is off.
        """
        scalers = self.scalers_of(workload)
        if scalers and workload.replicas != 0:
            return Replicas(min(s.min_replicas for s in scalers), max(s.max_replicas for s in scalers))
        if workload.ref.kind == "Pod":
            return Replicas(1, 1)
        return None if workload.replicas is None else Replicas(workload.replicas, workload.replicas)

    def pods_under(self, budget: PodDisruptionBudget) -> int | None:
        """
        The least number of pods that a budget counts, of all workloads that it selects; None where one is silent.

        Jobs have no pods most of the time.
        """
        found = self.inventory.workloads_by_label.selected(budget.ref.namespace, budget.selector)
        selected = [workload for ref in found if (workload := self.inventory.workload(ref)) is not None]
        counted = [self.replicas_of(workload) for workload in selected if not workload.batch]
        known = [replicas.least for replicas in counted if replicas is not None]
        return sum(known) if len(known) == len(counted) else None

    def config_map(self, namespace: str, name: str) -> ConfigMap | None:
        """A ConfigMap by name."""
        return self.inventory.get(ConfigMap, Ref("ConfigMap", namespace, name))

    def secret(self, namespace: str, name: str) -> Secret | None:
        """A Secret by name, without its values."""
        return self.inventory.get(Secret, Ref("Secret", namespace, name))

    def strengths_of(self, namespace: str, name: str) -> Mapping[str, Strength] | None:
        """How strong the values of a Secret are, by key; None where nobody has looked, or may."""
        return None if self.inspect is None else self.inspect(Ref("Secret", namespace, name))

    def service_account_of(self, workload: Workload) -> ServiceAccount | None:
        """The ServiceAccount that its pods run as; None when there is no such object."""
        name = workload.pod.service_account
        return self.inventory.get(ServiceAccount, Ref("ServiceAccount", workload.ref.namespace, name))

    def has_token(self, workload: Workload) -> bool:
        """Whether its pods get a token for the API server, unless they, or else their account, say otherwise."""
        pod, mounts = workload.pod, workload.pod.automount_token
        if mounts is None and (account := self.service_account_of(workload)) is not None:
            mounts = account.automount_token
        return mounts is not False or any(volume.api_token for volume in pod.volumes)

    def grants_of(self, workload: Workload) -> list[Grant]:
        """What its ServiceAccount may do, binding by binding. Manifests need not have the roles of every cluster."""
        found = (
            (binding, self.inventory.get(AccessRole, binding.role)) for binding in self.about(workload, RoleBinding)
        )
        return [Grant(binding, role if role or self.live else built_in(binding.role)) for binding, role in found]

    def volume_claims_of(self, workload: Workload) -> dict[str, PersistentVolumeClaim | None]:
        """The claims that it names, and those made for its live pods, by name; None for one that is not there."""
        volumes = workload.pod.volumes
        names = [volume.claim_name for volume in volumes if volume.claim_name]
        for pod in self.pods_of(workload) if next(workload.claims, None) else ():
            if not (pod.deleted or pod.ended):
                templates = workload.stateful.claims if workload.stateful is not None else ()
                names += (f"{claim.name}-{pod.ref.name}" for claim in templates)
                names += (f"{pod.ref.name}-{volume.name}" for volume in volumes if volume.claim is not None)
        kind, namespace = "PersistentVolumeClaim", workload.ref.namespace
        return {name: self.inventory.get(PersistentVolumeClaim, Ref(kind, namespace, name)) for name in names}

    def storage_class(self, name: str | None) -> StorageClass | None:
        """The class of this name; for None, which claims may say, the newest that is a default."""
        if name is not None:
            return self.inventory.get(StorageClass, Ref("StorageClass", "", name, "storage.k8s.io"))
        found = [item for item in self.inventory.all(StorageClass) if item.default]
        return max(found, key=lambda item: (item.created is not None, item.created, item.ref), default=None)

    def workloads_as(self, user: int, namespace: str) -> set[Ref]:
        """The workloads of a namespace that run as the user with this id."""
        return self.inventory.users_of("User", namespace, str(user))

    def limit_ranges_for(self, workload: Workload) -> list[LimitRange]:
        """The LimitRanges of its namespace, by name."""
        return self.inventory.limit_ranges_in(workload.ref.namespace)

    def quotas_for(self, workload: Workload) -> list[ResourceQuota]:
        """The ResourceQuotas of its namespace, by name."""
        return self.inventory.quotas_in(workload.ref.namespace)

    def waivers_for(self, workload: Workload) -> list[Waiver]:
        """The waivers for it, in force or not."""
        return self.inventory.waivers_of(workload) + self.opt_outs(workload)

    def attestations_for(self, workload: Workload, claim: str) -> list[Attestation]:
        """The attestations of a claim about it, counting or not, the newest first."""
        found = [item for item in self.inventory.attestations_of(workload) if item.claim == claim]
        found.sort(key=lambda item: (item.validity.start is not None, item.validity.start, item.ref), reverse=True)
        return found

    def standing_of(self, attestation: Attestation, workload: Workload) -> Reason:
        """Whether an attestation counts for a workload: Fresh, or why not: Expired, NotYetValid or ImageMismatch."""
        phase = attestation.validity.at(self.now)
        if phase is not Phase.DURING:
            return Reason.NOT_YET_VALID if phase is Phase.BEFORE else Reason.EXPIRED
        return Reason.FRESH if self.runs(workload, attestation.image) else Reason.IMAGE_MISMATCH

    def runs(self, workload: Workload, image: str) -> bool:
        """
        Whether a container of one of its running pods has an image; every workload has the empty one.

        What its template names decides where there are no pods to look at: in manifests, for what runs now and then,
        and for what is scaled to zero.
        """
        if not image:
            return True
        pods = [pod for pod in self.pods_of(workload) if pod.running] if self.live else []
        if not pods and not (self.live and workload.wants_pods and not workload.batch):
            return any(is_same(image, container.image) for container in workload.pod.declared_containers)
        states = (state for pod in pods for state in pod.containers if state.running_since is not None)
        return any(is_same(image, state.image, state.image_id) for state in states)

    def serves(self, *kinds: type) -> bool:
        """Whether objects of one of these kinds may be there: somebody has installed it."""
        return not self.not_served.issuperset(kinds)

    def about(self, workload: Workload, kind: type[F]) -> list[F]:
        """The objects of others of one kind that are about it, its namespace, what it uses, or everybody, by name."""
        return self.inventory.about(kind, workload)

    def service_monitors_for(self, service: Service) -> list[ServiceMonitor]:
        """The ServiceMonitors that select a Service."""
        found = self.inventory.about_any(ServiceMonitor, (), (service.ref.namespace,))
        return [item for item in found if item.selector is not None and item.selector.matches(service.labels)]

    def pod_monitors_for(self, workload: Workload) -> list[PodMonitor]:
        """The PodMonitors that select its pods."""
        found = self.about(workload, PodMonitor)
        return [item for item in found if item.selector is not None and item.selector.matches(workload.pod.labels)]

    def certificates_of(self, ingress: Ingress) -> list[Certificate]:
        """The Certificates whose Secrets an Ingress names, by name."""
        keys = ((ingress.ref.namespace, "Secret", entry.secret) for entry in ingress.tls if entry.secret)
        return self.inventory.about_any(Certificate, *keys)

    def secret_store_of(self, source: SecretSource) -> SecretStore | None:
        """The store that an ExternalSecret reads."""
        where = "" if source.store_kind == "ClusterSecretStore" else source.ref.namespace
        return self.inventory.get(SecretStore, Ref(source.store_kind, where, source.store, source.ref.group))

    def metrics_of(self, pod: Pod) -> PodMetrics | None:
        """What its containers use; None where nobody measured it."""
        return self.inventory.get(PodMetrics, Ref("PodMetrics", pod.ref.namespace, pod.ref.name, "metrics.k8s.io"))

    def leases_in(self, namespace: str) -> list[Lease]:
        """The Leases of a namespace, by name."""
        return self.inventory.leases_in(namespace)

    def node_of(self, pod: Pod) -> Node | None:
        """The node that a pod is on."""
        return self.inventory.get(Node, Ref("Node", "", pod.node))

    def workloads_behind(self, service: Service) -> list[Workload]:
        """The workloads whose pods a Service selects, by name."""
        refs = sorted(self.inventory.workloads_by_label.selected(service.ref.namespace, service.selector))
        return [found for ref in refs if (found := self.inventory.workload(ref)) is not None]

    def workloads_among(self, peer: Peer, policy: NetworkPolicy) -> Iterator[Ref]:
        """The workloads whose pods a peer of a NetworkPolicy means."""
        wanted, own = peer.namespaces, policy.ref.namespace
        for where in [own] if wanted is None else [n.ref.name for n in self.namespaces() if wanted.matches(n.labels)]:
            yield from self.inventory.workloads_by_label.selected(where, peer.pods)

    def namespaces(self) -> list[Namespace]:
        """All namespaces, by name."""
        return sorted(self.inventory.all(Namespace), key=lambda item: item.ref)

    def namespace_of(self, workload: Workload) -> Namespace | None:
        """The namespace that it is in; None where it is not among the manifests."""
        return self.inventory.get(Namespace, Ref("Namespace", "", workload.ref.namespace))

    def namesake(self, workload: Workload, namespace: Namespace) -> Workload | None:
        """The workload of the same kind and name in another namespace."""
        return self.inventory.workload(replace(workload.ref, namespace=namespace.ref.name))

    def jobs_in(self, namespace: str) -> list[Workload]:
        """The Jobs of a namespace, finished or not, by name."""
        return self.inventory.batch_in(namespace, "Job")

    def hook_pods_in(self, namespace: str) -> list[Pod]:
        """The bare pods of a namespace that are hooks of Helm, such as its tests, by name."""
        return self.inventory.hook_pods_in(namespace)

    def cron_jobs_in(self, namespace: str) -> list[Workload]:
        """The CronJobs of a namespace, by name."""
        return self.inventory.batch_in(namespace, "CronJob")

    def jobs_of(self, cron_job: Workload) -> list[Workload]:
        """The Jobs that a CronJob made and that are still there, by name."""
        return [job for job in self.inventory.links_of(cron_job) if isinstance(job, Workload)]

    def dashboards(self) -> list[ConfigMap]:
        """The ConfigMaps from which Grafana takes dashboards, by name."""
        return self.inventory.dashboards()


EXPOSURE: frozenset[type] = frozenset({Service, Ingress, GatewayRoute, VirtualService})
"""The kinds that `exposed` reads."""
