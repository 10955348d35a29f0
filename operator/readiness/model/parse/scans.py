"""Reports of Trivy's operator: raw object to record, of which only figures are kept."""

from readiness.model.parse.fields import Raw, labels, mapping, number, text, time
from readiness.model.parse.workloads import ref_of
from readiness.model.scans import ExposedSecretReport, SbomReport, Scan, VulnerabilityReport

_LABEL = "trivy-operator."


def vulnerability_report(raw: Raw) -> VulnerabilityReport:
    """A VulnerabilityReport."""
    report = mapping(raw, "report")
    summary, system = mapping(report, "summary"), mapping(report, "os")
    return VulnerabilityReport(
        ref=ref_of(raw),
        scan=_scan(raw, report),
        critical=number(summary, "criticalCount"),
        high=number(summary, "highCount"),
        os_family=text(system, "family"),
        os_name=text(system, "name"),
        end_of_life=(system.get("eosl") is True) or (system.get("EOSL") is True),
    )


def exposed_secret_report(raw: Raw) -> ExposedSecretReport:
    """An ExposedSecretReport."""
    report = mapping(raw, "report")
    summary = mapping(report, "summary")
    return ExposedSecretReport(
        ref_of(raw), _scan(raw, report), number(summary, "criticalCount"), number(summary, "highCount")
    )


def sbom_report(raw: Raw) -> SbomReport:
    """An SbomReport."""
    report = mapping(raw, "report")
    return SbomReport(ref_of(raw), _scan(raw, report), number(mapping(report, "summary"), "componentsCount"))


def _scan(raw: Raw, report: Raw) -> Scan:
    metadata, artifact = mapping(raw, "metadata"), mapping(report, "artifact")
    said = labels(metadata)
    tag, digest = text(artifact, "tag"), text(artifact, "digest")
    return Scan(
        kind=said.get(f"{_LABEL}resource.kind", ""),
        name=said.get(f"{_LABEL}resource.name", ""),
        container=said.get(f"{_LABEL}container.name", ""),
        image=text(artifact, "repository") + (f":{tag}" if tag else f"@{digest}" if digest else ""),
        at=time(report, "updateTimestamp") or time(metadata, "creationTimestamp"),
    )
