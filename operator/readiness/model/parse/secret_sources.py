"""Custom resources that Secrets come from, certificates among them: raw object to record."""

from readiness.model.parse.fields import (
    Raw,
    mapping,
    said,
    text,
    time,
)  # fmt: skip
from readiness.model.parse.workloads import ref_of
from readiness.model.secret_sources import Certificate, SecretProviderClass, SecretSource, SecretStore  # fmt: skip


def external_secret(raw: Raw) -> SecretSource:
    """An ExternalSecret."""
    spec, status, ref = mapping(raw, "spec"), mapping(raw, "status"), ref_of(raw)
    store = mapping(spec, "secretStoreRef")
    ready = said(status, "Ready")
    periodic = text(spec, "refreshPolicy", "Periodic") == "Periodic"  # else OnChange, or CreatedOnce
    return SecretSource(
        ref=ref,
        secret=text(mapping(spec, "target"), "name") or ref.name,
        store=text(store, "name"),
        store_kind=text(store, "kind", "SecretStore"),
        ready=ready.holds,
        reason=ready.reason,
        refreshed=time(status, "refreshTime"),
        interval=text(spec, "refreshInterval") if periodic else "",
    )


def vault_secret(raw: Raw) -> SecretSource:
    """A VaultStaticSecret, VaultDynamicSecret or VaultPKISecret."""
    ready = said(mapping(raw, "status"), "Ready", "SecretSynced")
    secret = text(mapping(mapping(raw, "spec"), "destination"), "name")
    return SecretSource(ref_of(raw), secret, ready=ready.holds, reason=ready.reason)


def sealed_secret(raw: Raw) -> SecretSource:
    """A SealedSecret; the Secret has its name, unless its template says otherwise."""
    ref = ref_of(raw)
    template = mapping(mapping(mapping(raw, "spec"), "template"), "metadata")
    ready = said(mapping(raw, "status"), "Synced")
    return SecretSource(ref, text(template, "name") or ref.name, ready=ready.holds, reason=ready.reason)


def secret_store(raw: Raw) -> SecretStore:
    """A SecretStore or ClusterSecretStore: the one key of its provider says which."""
    provider = mapping(mapping(raw, "spec"), "provider")
    return SecretStore(ref_of(raw), next((key for key, value in provider.items() if isinstance(value, dict)), ""))


def secret_provider_class(raw: Raw) -> SecretProviderClass:
    """A SecretProviderClass."""
    return SecretProviderClass(ref_of(raw), text(mapping(raw, "spec"), "provider"))


def certificate(raw: Raw) -> Certificate:
    """A Certificate of cert-manager."""
    status = mapping(raw, "status")
    ready = said(status, "Ready")
    secret = text(mapping(raw, "spec"), "secretName")
    return Certificate(ref_of(raw), secret, ready.holds, ready.reason, time(status, "notAfter"))
