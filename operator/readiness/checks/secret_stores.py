"""Secret stores: that Secrets are made by a store's operator, and not by hand."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.absence import absence
from readiness.checks.parameters.duration import is_duration, seconds
from readiness.checks.parameters.limits import Len, doc
from readiness.model import (
    Category,
    Fail,
    Finding,
    Pod,
    Recheck,
    SecretProviderClass,
    SecretSource,
    SecretStore,
    Severity,
    Skip,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.container import Reference
from readiness.model.records import dataclass

_CSI = "secrets-store.csi.k8s.io"
_AGENT = "vault.hashicorp.com/agent-inject"
# What External Secrets and the CSI driver call a provider, and what people call it.
_FAMILIES = {
    "aws": ("aws", "cloud"), "azure": ("azure", "cloud"), "azurekv": ("azure", "cloud"), "gcp": ("gcp", "cloud"),
    "gcpsm": ("gcp", "cloud"), "ibm": ("ibm", "cloud"), "oracle": ("oracle", "cloud"),
}  # fmt: skip
_MISSED = 3  # refreshes after which a Secret is stale


@dataclass(frozen=True, slots=True)
class StoreParameters:
    """Which stores count."""

    stores: Annotated[
        tuple[Annotated[str, Len(1, 64)], ...],
        Len(1, 16),
        doc("Kinds of objects that make Secrets, vault-agent, or providers: vault, aws, azure, gcp, cloud."),
    ] = (
        "ExternalSecret",
        "VaultStaticSecret",
        "VaultDynamicSecret",
        "VaultPKISecret",
        "SecretProviderClass",
        "vault-agent",
    )
    require_synced: Annotated[bool, doc("They must have synced, and lately.")] = True


@check(
    "Secrets come from a secret manager",
    severity=Severity.HIGH,
    category=Category.SECRETS,
    kind=Kind.RELATION,
    reads=(Pod, SecretSource, SecretStore, SecretProviderClass),
    remedy="Make the Secret by an ExternalSecret, or by the operator of your store.",
)
def external_secret_store(workload: Workload, cluster: Snapshot, parameters: StoreParameters) -> Iterator[Finding]:
    """
    A Secret that was made by hand is in somebody's shell history, is the same for years, and nobody knows who has it.

    Rule: each Secret that the pods refer to is the target of an object of one of stores, which says that it has
    synced, and no longer ago than three of its intervals. Or the pods mount the Secrets Store CSI driver, or have the
    agent of Vault injected, if these are among stores. Where no such operator is installed an attestation decides.
    """
    wanted = {word.lower() for word in parameters.stores}
    mounted = set(_mounted(workload, cluster))
    if not wanted.isdisjoint(mounted):
        return
    used = {reference.to.name: reference for reference in workload.pod.references("Secret")}
    if not used:
        elsewhere = (
            f"its secrets come from {', '.join(sorted(mounted))}, which is none of {', '.join(parameters.stores)}"
        )
        yield Fail("", elsewhere) if mounted else Skip("it uses no Secret")
        return
    sources = cluster.about(workload, SecretSource)
    if not sources and not cluster.serves(SecretSource):
        yield from absence("external-secret-store", "the operator of a secret store", workload, cluster)
        return
    for name, reference in used.items():
        made = [source for source in sources if source.secret == name]
        chosen = [source for source in made if not wanted.isdisjoint(_words(source, cluster))]
        if not chosen:
            yield _homemade(reference, made, parameters.stores)
        elif parameters.require_synced:
            yield from _synced(chosen[0], reference, cluster)


def _homemade(reference: Reference, made: list[SecretSource], stores: tuple[str, ...]) -> Fail:
    if not made:
        return Fail(reference.path, f"Secret {reference.to.name} comes from no secret store")
    message = f"Secret {reference.to.name} comes from {made[0].ref}, which is none of {', '.join(stores)}"
    return Fail(reference.path, message)


def _mounted(workload: Workload, cluster: Snapshot) -> Iterator[str]:
    """What stores are called from which pods get secrets without Secrets."""
    if workload.pod.annotations.get(_AGENT) == "true":
        yield from ("vault-agent", "vault")
    if any(volume.driver == _CSI for volume in workload.pod.volumes):
        yield "secretproviderclass"
        for item in cluster.about(workload, SecretProviderClass):
            yield from (item.provider.lower(), *_FAMILIES.get(item.provider.lower(), ()))


def _words(source: SecretSource, cluster: Snapshot) -> Iterator[str]:
    """What people may call the store of a Secret."""
    yield source.ref.kind.lower()
    if source.ref.kind.startswith("Vault"):
        yield "vault"
    store = cluster.secret_store_of(source)
    if store is not None:
        yield from (store.provider.lower(), *_FAMILIES.get(store.provider.lower(), ()))


def _synced(source: SecretSource, reference: Reference, cluster: Snapshot) -> Iterator[Finding]:
    if not cluster.live:
        return
    why = f": {source.reason}" if source.reason else ""
    if source.ready is False:
        yield Fail(reference.path, f"{source.ref} has not synced{why}")
    elif source.ready is None:
        yield Unknown(f"{source.ref} does not tell whether it has synced")
    if source.refreshed is not None and is_duration(source.interval) and seconds(source.interval) > 0:
        stale = source.refreshed + timedelta(seconds=_MISSED * seconds(source.interval))
        if cluster.now > stale:
            yield Fail(reference.path, f"{source.ref} has not been refreshed for three times {source.interval}")
        else:
            yield Recheck(stale + timedelta(seconds=1))
