"""What scanners found in images: vulnerabilities, secrets, and what they are made of."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeVar

from readiness.checks.check import Kind, check
from readiness.checks.evidence.absence import absence, attested_or
from readiness.checks.parameters.duration import Duration, seconds
from readiness.checks.parameters.limits import Ge, doc
from readiness.model import (
    Category,
    Container,
    ExposedSecretReport,
    Fail,
    Finding,
    Pod,
    Recheck,
    SbomReport,
    Scan,
    Severity,
    Snapshot,
    Unknown,
    VulnerabilityReport,
    Workload,
)
from readiness.model.image import digest, repository, tag
from readiness.model.records import dataclass

TRIVY = "Trivy's operator"
_SCANNING = timedelta(hours=1)  # what a scanner may take for a new image
Report = VulnerabilityReport | ExposedSecretReport | SbomReport
R = TypeVar("R", VulnerabilityReport, ExposedSecretReport, SbomReport)
Count = Annotated[int, Ge(0)]


@dataclass(frozen=True, slots=True)
class ScanParameters:
    """How much of what is found is tolerated, and how old a report may be."""

    max_critical: Annotated[Count, doc("Critical vulnerabilities of one container that are tolerated.")] = 0
    max_high: Annotated[Count, doc("High ones.")] = 0
    max_age: Annotated[Duration, doc("The greatest age of a report.")] = "168h"


@check(
    "No critical or high vulnerabilities are known",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    kind=Kind.RELATION,
    reads=(Pod, VulnerabilityReport),
    remedy="Build the image anew on a patched base, with dependencies that have the fixes.",
)
def vulnerability_scan(workload: Workload, cluster: Snapshot, parameters: ScanParameters) -> Iterator[Finding]:
    """
    A vulnerability that is published is scanned for by everybody within days, and first by those who mean harm.

    Rule: every container has a VulnerabilityReport of Trivy's operator about its present image, not older than maxAge,
    with no more critical and high vulnerabilities than maxCritical and maxHigh. A new image has an hour until it must
    have been scanned. Where Trivy's operator is not installed an attestation decides, with its `critical` and `high`
    where it gives them.
    """
    reports = cluster.about(workload, VulnerabilityReport)
    if not reports and not cluster.serves(VulnerabilityReport):
        yield from absence("vulnerability-scan", TRIVY, workload, cluster, parameters)
        return
    for container in workload.pod.declared_containers:
        report = newest(reports, container)
        if report is None:
            yield from _unscanned(container, reports, workload, cluster)
            continue
        yield from _aged(report.scan, container, cluster, parameters.max_age)
        bounds = ((report.critical, parameters.max_critical), (report.high, parameters.max_high))
        yield from _counted(container, bounds, ("vulnerability", "vulnerabilities"))


@dataclass(frozen=True, slots=True)
class SecretScanParameters:
    """How many secrets in an image are tolerated."""

    max_critical: Annotated[Count, doc("Critical ones of one container that are tolerated.")] = 0
    max_high: Annotated[Count, doc("High ones.")] = 0


@check(
    "No secrets are baked into the image",
    severity=Severity.CRITICAL,
    category=Category.SECRETS,
    kind=Kind.RELATION,
    reads=(Pod, ExposedSecretReport),
    remedy="Take the secret out of the image and its history, replace it, and mount the new one when the pod starts.",
)
def exposed_secret_scan(workload: Workload, cluster: Snapshot, parameters: SecretScanParameters) -> Iterator[Finding]:
    """
    Whoever may pull an image has every secret in it, and in each of its layers, those that were deleted later too.

    Rule: every container has an ExposedSecretReport of Trivy's operator about its present image, with no more critical
    and high secrets than maxCritical and maxHigh. A new image has an hour until it must have been scanned. Where
    Trivy's operator is not installed an attestation, of a scan of the sources, decides, with its `critical` and `high`
    where it gives them.
    """
    reports = cluster.about(workload, ExposedSecretReport)
    if not reports and not cluster.serves(ExposedSecretReport):
        yield from absence("exposed-secret-scan", TRIVY, workload, cluster, parameters)
        return
    for container in workload.pod.declared_containers:
        report = newest(reports, container)
        if report is None:
            yield from _unscanned(container, reports, workload, cluster)
        else:
            bounds = ((report.critical, parameters.max_critical), (report.high, parameters.max_high))
            yield from _counted(container, bounds, ("secret", "secrets"))


@dataclass(frozen=True, slots=True)
class BillParameters:
    """How old a bill of materials may be."""

    max_age: Annotated[Duration, doc("The greatest age of a report.")] = "720h"


@check(
    "A software bill of materials exists",
    severity=Severity.LOW,
    category=Category.COMPLIANCE,
    kind=Kind.RELATION,
    reads=(Pod, SbomReport),
    remedy="Have Trivy's operator make SbomReports, or attest where the bill of materials is kept.",
)
def sbom(workload: Workload, cluster: Snapshot, parameters: BillParameters) -> Iterator[Finding]:
    """
    When the next library turns out to be broken, who has no list of what is in his images searches them all by hand.

    Rule: every container has an SbomReport of Trivy's operator about its present image, not older than maxAge. Else an
    attestation decides.
    """
    reports = cluster.about(workload, SbomReport)
    if not reports and not cluster.serves(SbomReport):
        yield from absence("sbom", TRIVY, workload, cluster, parameters)
        return
    found: list[Finding] = []
    for container in workload.pod.declared_containers:
        report = newest(reports, container)
        if report is None:
            found += _unscanned(container, reports, workload, cluster)
        else:
            found += _aged(report.scan, container, cluster, parameters.max_age)
    for finding in found:
        rechecks = isinstance(finding, Recheck)
        yield from [finding] if rechecks else attested_or("sbom", finding, workload, cluster, parameters)


def newest(reports: Sequence[R], container: Container) -> R | None:
    """The newest report about the image that a container has now."""
    found = [
        item for item in reports if item.scan.container == container.name and _is_about(item.scan, container.image)
    ]
    return max(found, key=lambda item: item.scan.at or datetime.min.replace(tzinfo=UTC), default=None)


def _is_about(scan: Scan, image: str) -> bool:
    """Whether a report is about an image; Trivy names it without its registry."""
    if pinned := digest(scan.image):
        return pinned == digest(image)
    path = "/".join(repository(image)[1:])
    return scan.image.partition(":")[0] == path and tag(scan.image) == (tag(image) or "latest")


def _unscanned(
    container: Container, reports: Sequence[Report], workload: Workload, cluster: Snapshot
) -> Iterator[Finding]:
    moved = cluster.moved_at(workload)
    until = None if moved is None else moved + _SCANNING
    other = any(item.scan.container == container.name for item in reports)
    message = f"container {container.name} has {'only a report about another image' if other else 'no report'}"
    if until is not None and cluster.now < until:
        yield Unknown(f"{message} yet")
        yield Recheck(until)
    else:
        yield Fail(container.path, message)


def _aged(scan: Scan, container: Container, cluster: Snapshot, max_age: str) -> Iterator[Finding]:
    if scan.at is None:
        yield Unknown(f"the report about container {container.name} does not tell how old it is")
        return
    end = scan.at + timedelta(seconds=seconds(max_age))
    if cluster.now > end:
        yield Fail(container.path, f"the report about container {container.name} is older than {max_age}")
    else:
        yield Recheck(end + timedelta(seconds=1))


def _counted(
    container: Container, bounds: tuple[tuple[int | None, int], tuple[int | None, int]], nouns: tuple[str, str]
) -> Iterator[Finding]:
    for word, (found, most) in zip(("critical", "high"), bounds, strict=True):
        if found is None:
            yield Unknown(f"the report about container {container.name} does not count {word} {nouns[1]}")
        elif found > most:
            bound = f", more than {most}" if most else ""
            yield Fail(container.path, f"container {container.name} has {found} {word} {nouns[found > 1]}{bound}")
