"""Compliance: reviews, plans and papers that somebody outside of the team asks for."""

from typing import Any

from readiness.checks.attested import Claim, annotated, attested
from readiness.checks.check import Kind
from readiness.checks.parameters.bounds import PUBLISHED, at_most, covers, max_age, one_of
from readiness.model import Category, Severity, Snapshot, Workload
from readiness.model.claims import Attestation

_LICENCES = "org.opencontainers.image.licenses"
_CRITICAL = at_most("max_critical", "critical", 0, "The most critical findings that are open.")


def _annotated_licence(workload: Workload, _cluster: Snapshot, _parameters: Any) -> list[Attestation]:
    """The licence that the image's annotation names, copied to the workload or its pods; of several any one."""
    return annotated(workload, _LICENCES, "license")


CHECKS = attested(
    Category.COMPLIANCE,
    Claim(
        "penetration-test",
        "A penetration test was done",
        Severity.HIGH,
        why="The team knows how the system is meant to be used; a tester is paid to use it otherwise.",
        remedy="Have it tested, mend what is critical, and attest the report and the number that is open as critical.",
        bounds=(_CRITICAL, max_age("8760h")),
    ),
    Claim(
        "security-review",
        "A security audit was passed",
        Severity.HIGH,
        why="Mistakes of design pass every scanner: somebody has to read how secrets, rights and input are handled.",
        remedy="Have it reviewed, and attest the report with the findings that are open as critical and high.",
        bounds=(
            _CRITICAL,
            at_most("max_high", "high", 0, "The most findings of high severity that are open."),
            covers("scope", "Parts that must have been reviewed, each under this name."),
            max_age("8760h"),
        ),
    ),
    Claim(
        "threat-model",
        "A threat model exists",
        Severity.MEDIUM,
        why="Defences are built where it is easy unless somebody wrote down what is worth attacking, and from where.",
        remedy="Write down assets, attackers, ways in and what stands against them, and attest the page.",
        bounds=(max_age("8760h"),),
    ),
    Claim(
        "incident-response",
        "An incident response procedure exists",
        Severity.MEDIUM,
        why="In an incident that nobody leads three people mend, nobody tells the customers, and evidence is deleted.",
        remedy="Write down who leads, who is told and when, and attest the page.",
        bounds=(
            PUBLISHED,
            covers("scenarios", "Incidents that it must treat, such as breach.", "scenario"),
            max_age("8760h"),
        ),
    ),
    Claim(
        "audit-log-immutability",
        "The audit log can only be appended to",
        Severity.HIGH,
        why="A log that its subject can rewrite proves nothing, least of all after a breach.",
        remedy="Take away the rights to change and delete, test that they are gone, and attest the test.",
    ),
    Claim(
        "license",
        "A licence is stated",
        Severity.MEDIUM,
        why="Without a licence nobody may use, change or ship the code, and lawyers notice at the worst moment.",
        remedy="Choose a licence, and attest its SPDX id as license.",
        bounds=(
            one_of("allowed", "Licences of which one must be stated, as SPDX ids.", "license", "licence",
                   default=("Apache-2.0", "MIT")),
        ),
        stand_in=_annotated_licence,
        note=f"Where nobody attests, the annotation {_LICENCES} of the workload or its pods does.",
    ),
    Claim(
        "security-policy",
        "A security policy is published",
        Severity.LOW,
        why="Who finds a hole and no address to tell it to tells everybody.",
        remedy="Publish how to report a vulnerability and what happens then, and attest the page.",
        bounds=(PUBLISHED,),
    ),
    Claim(
        "team-trained",
        "The team is trained on the runbooks",
        Severity.MEDIUM,
        why="A runbook that is first opened in an incident turns out to be wrong in an incident.",
        remedy="Walk through the runbooks with everybody on call, and attest who and when.",
        bounds=(max_age("4320h"),),
    ),
    Claim(
        "acceptance-criteria",
        "The acceptance criteria are met",
        Severity.HIGH,
        why="What was agreed and what was built part ways quietly, and the customer is the first to compare them.",
        remedy="Check each criterion with whoever asked for it, and attest the requirements that are met.",
        bounds=(covers("requirements", "Requirements that must be met, by id."),),
    ),
)  # fmt: skip

STYLE = attested(
    Category.COMPLIANCE,
    Claim(
        "copyright-headers",
        "Sources carry copyright headers",
        Severity.LOW,
        why="A file that is copied out of the repository leaves its licence behind unless it carries it itself.",
        remedy="Add the header to every source, check it in the pipeline, and attest the run.",
    ),
    kind=Kind.STYLE,
)
