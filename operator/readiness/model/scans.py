"""What scanners found in images: vulnerabilities, credentials, and what the images are made of."""

from datetime import datetime

from readiness.model.about import Key
from readiness.model.records import dataclass
from readiness.model.ref import Ref


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scanner looked at, and when: a container of a workload (or of its ReplicaSet), and its image."""

    kind: str = ""
    name: str = ""
    container: str = ""
    image: str = ""  # repository and tag, or digest
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class VulnerabilityReport:
    """What Trivy found in an image; `end_of_life` says that its distribution gets no more fixes."""

    ref: Ref
    scan: Scan = Scan()
    critical: int | None = None
    high: int | None = None
    os_family: str = ""
    os_name: str = ""
    end_of_life: bool = False

    @property
    def about(self) -> tuple[Key, ...]:
        """Whose image it is."""
        return ((self.ref.namespace, self.scan.kind, self.scan.name),)


@dataclass(frozen=True, slots=True)
class ExposedSecretReport:
    """How many secrets Trivy found in an image, by how bad that is."""

    ref: Ref
    scan: Scan = Scan()
    critical: int | None = None
    high: int | None = None

    @property
    def about(self) -> tuple[Key, ...]:
        """Whose image it is."""
        return ((self.ref.namespace, self.scan.kind, self.scan.name),)


@dataclass(frozen=True, slots=True)
class SbomReport:
    """That Trivy listed what an image is made of, and how many components those are."""

    ref: Ref
    scan: Scan = Scan()
    components: int | None = None

    @property
    def about(self) -> tuple[Key, ...]:
        """Whose image it is."""
        return ((self.ref.namespace, self.scan.kind, self.scan.name),)
