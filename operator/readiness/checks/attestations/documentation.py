"""Documentation: the pages that people look for when they are called at night, hired, or asked by a customer."""

from collections.abc import Iterator
from typing import Any

from readiness.checks.attested import Claim, annotated, attested
from readiness.checks.parameters.bounds import PUBLISHED, Bound, covers, max_age, says, told, words
from readiness.checks.parameters.setting import Word, is_https_address, setting
from readiness.model import Category, Finding, Severity, Snapshot, Workload
from readiness.model.claims import Attestation

_RUNBOOK = Bound(
    setting("annotation", Word, "Annotation of the workload or its pods that links the runbook.", "runbook-url"),
)


def _linked_runbook(workload: Workload, _cluster: Snapshot, parameters: Any) -> list[Attestation]:
    """The runbook that the workload links by https; nobody says which topics it has, so it does where none is asked."""
    found = annotated(workload, parameters.annotation)
    return [item for item in found if is_https_address(item.evidence_url) and not parameters.topics]


def _undocumented(attestation: Attestation, workload: Workload, _parameters: Any) -> Iterator[Finding]:
    """The variables of its containers that an attested list lacks, but for those that Kubernetes fills in."""
    listed = words(attestation, ("settings", "env"))
    variables = (env for container in workload.pod.declared_containers for env in container.env)
    named = {env.name for env in variables if env.value is not None or env.source is not None}
    if listed and not named <= listed:
        yield told(attestation, f"does not list {', '.join(sorted(named - listed))}")


CHECKS = attested(
    Category.DOCUMENTATION,
    Claim(
        "runbook",
        "A runbook for operators exists",
        Severity.HIGH,
        why="Whoever is called at three in the morning did not write the service, and has minutes to learn it.",
        remedy="Write down for each alert what it means and what to do, link the page, and attest its topics.",
        bounds=(
            PUBLISHED,
            covers("topics", "What the runbook must treat, such as database or deployment.", "topic"),
            max_age("8760h"),
            _RUNBOOK,
        ),
        stand_in=_linked_runbook,
        note="Where nobody attests it and no topics are asked, an https address in an annotation does, which the "
        "parameter annotation names.",
    ),
    Claim(
        "dr-runbook",
        "Disaster recovery procedures are written",
        Severity.MEDIUM,
        why="Nobody thinks well while the data is gone: the steps must stand somewhere that survives the disaster.",
        remedy="Write the procedure of each scenario, keep it outside of the cluster, and attest the scenarios.",
        bounds=(
            covers(
                "scenarios",
                "Disasters whose procedure must be written.",
                "scenario",
                default=("db-failover", "restore", "region-failover", "breach"),
            ),
        ),
    ),
    Claim(
        "config-documented",
        "Every setting is documented",
        Severity.MEDIUM,
        why="A setting that stands nowhere is left at its default in production, or copied with its mistake.",
        remedy="List every setting with meaning, default and bounds, and attest the page.",
        bounds=(covers("topics", "What the page must treat, such as environments.", "topic"),),
        compare=_undocumented,
        note="Where its value has a list `settings` or `env`, each variable that a container sets stands in it.",
    ),
    Claim(
        "api-docs",
        "API documentation is published",
        Severity.MEDIUM,
        why="Callers who have to guess depend on accidents, and every accident is then part of the API.",
        remedy="Publish the reference of the API with examples, and attest its address.",
        bounds=(PUBLISHED, covers("topics", "What the page must treat, such as examples.", "topic")),
    ),
    Claim(
        "architecture-docs",
        "The architecture is described",
        Severity.LOW,
        why="Without a picture of the whole each change is made from one corner of it, and the corners drift apart.",
        remedy="Describe the parts, how they talk and why it is so, and attest the page.",
        bounds=(
            PUBLISHED,
            says("adrs", "The decisions must be recorded too: the attestation says adrs: true."),
            covers("documents", "Documents that must exist, by name."),
            covers("topics", "What they must treat, such as diagrams.", "topic"),
        ),
    ),
    Claim(
        "readme",
        "A README with a quickstart exists",
        Severity.LOW,
        why="Who cannot start the service in ten minutes will not mend it in an incident either.",
        remedy="Write a README that leads from a fresh checkout to a running service, and attest its address.",
        bounds=(PUBLISHED,),
    ),
    Claim(
        "contributing-guide",
        "A contributing guide exists",
        Severity.LOW,
        why="Fixes from other teams wait, or come wrong, where nobody wrote down how a change gets in.",
        remedy="Write down how to build, test and propose a change, and attest the page.",
        bounds=(PUBLISHED,),
    ),
    Claim(
        "deployment-guide",
        "A deployment guide exists",
        Severity.LOW,
        why="A deployment that only its author can do waits for his holiday to end.",
        remedy="Write down how it is deployed, configured and rolled back, and attest the page.",
        bounds=(PUBLISHED, covers("topics", "What the page must treat, such as production-config.", "topic")),
    ),
    Claim(
        "onboarding-guide",
        "An onboarding guide exists",
        Severity.LOW,
        why="A team that grows faster than its newcomers learn gets slower with each of them.",
        remedy="Write down what a newcomer needs for the first change in production, and attest the page.",
        bounds=(PUBLISHED,),
    ),
)
