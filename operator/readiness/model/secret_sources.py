"""Where Secrets come from when nobody writes them by hand: stores, what draws from them, and certificates."""

from datetime import datetime

from readiness.model.about import EVERYBODY, Key
from readiness.model.records import dataclass
from readiness.model.ref import Ref


@dataclass(frozen=True, slots=True)
class SecretSource:
    """
    What makes a Secret out of something else: ExternalSecret, Vault*Secret, SealedSecret.

    `store` is the name of its SecretStore, `ready` is None where it does not tell, `refreshed` when it last synced.
    """

    ref: Ref
    secret: str = ""
    store: str = ""
    store_kind: str = "SecretStore"
    ready: bool | None = None
    reason: str = ""
    refreshed: datetime | None = None
    interval: str = ""

    @property
    def about(self) -> tuple[Key, ...]:
        """Who uses the Secret."""
        return ((self.ref.namespace, "Secret", self.secret),)


@dataclass(frozen=True, slots=True)
class SecretStore:
    """A store that ExternalSecrets read, of a namespace or of the cluster; `provider` is vault, aws, azurekv, …."""

    ref: Ref
    provider: str = ""

    @property
    def about(self) -> tuple[Key, ...]:
        """Its namespace, or everybody."""
        return ((self.ref.namespace,) if self.ref.namespace else EVERYBODY,)


@dataclass(frozen=True, slots=True)
class SecretProviderClass:
    """What the Secrets Store CSI driver mounts; `provider` is vault, aws, azure, gcp, …."""

    ref: Ref
    provider: str = ""

    @property
    def about(self) -> tuple[Key, ...]:
        """Who mounts it."""
        return ((self.ref.namespace, "SecretProviderClass", self.ref.name),)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of cert-manager, the Secret that it lives in, and until when it holds."""

    ref: Ref
    secret: str = ""
    ready: bool | None = None
    reason: str = ""
    not_after: datetime | None = None

    @property
    def about(self) -> tuple[Key, ...]:
        """Who uses the Secret."""
        return ((self.ref.namespace, "Secret", self.secret),)
