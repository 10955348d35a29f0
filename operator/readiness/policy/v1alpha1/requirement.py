"""One line of a scorecard as a policy or a profile writes it: what is asked, of whom, and how much it matters."""

from typing import Annotated, Any, Literal

from annotated_types import Len
from pydantic import Field

from readiness.model.finding import Severity
from readiness.policy.v1alpha1.base import ApiModel, Flag, Name
from readiness.policy.v1alpha1.rules import Rule
from readiness.policy.v1alpha1.selector import MatchLabels

_KIND_NAME = r"^[A-Z][A-Za-z0-9]{0,62}(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
KindName = Annotated[str, Field(max_length=253, pattern=_KIND_NAME)]
Kinds = Annotated[tuple[KindName, ...], Len(0, 16)]
Parameters = Annotated[dict[str, Any], Len(0, 32)]

# A category is a heading; a stage is a step such as alpha, week-1 or v1.0.
CategoryName = Annotated[str, Field(min_length=1, max_length=63)]
StageName = Annotated[str, Field(max_length=63, pattern=r"^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$")]
Reference = Annotated[str, Field(min_length=1, max_length=32)]


def names_differ(noun: str) -> Rule:
    """The rule that no two items of a list have one name; linear, since it is evaluated on every write."""
    return Rule(
        f"each {noun} needs a name of its own",
        "size(self) == size(self.map(item, item.name).distinct())",
        lambda items: len({item.name for item in items}) == len(items),
    )


_CHECKS_DIFFER = Rule(
    "each check needs a name of its own: give `name` where one id is asked twice",
    "size(self) == size(self.map(check, has(check.name) ? check.name : check.id).distinct())",
    lambda checks: len({check.name or check.id for check in checks}) == len(checks),
)


class CheckCall(ApiModel):
    """A check that is asked, with its parameters."""

    id: Name = Field(description="Id of the check; `readiness checks` lists them.")
    name: Name | None = Field(
        None, description="Name of this question where one check is asked twice. Absent: the id of the check."
    )
    parameters: Parameters | None = Field(
        None,
        description="Parameters of the check, as `readiness explain ID` shows them. Absent: their defaults."
        " What is wrong with them is told by the policy's condition Stalled.",
    )


class AppliesWhen(ApiModel):
    """Which workloads a requirement applies to: all that is said must hold."""

    exposed: Flag | None = Field(
        None,
        description="true: workloads that are reached from outside the cluster, through a Service of type LoadBalancer"
        " or NodePort or with externalIPs, an Ingress or a Gateway's route; false: the others.",
    )
    stateful: Flag | None = Field(
        None, description="true: StatefulSets, and workloads that mount a PersistentVolumeClaim; false: the others."
    )
    kinds: Kinds | None = Field(None, description="Kinds of workload, as in spec.kinds. Absent: every kind.")
    match_labels: MatchLabels | None = Field(None, description="Labels of the workload with their values.")


class Requirement(ApiModel):
    """One line of the scorecard."""

    name: Name = Field(
        description="Name of the requirement, unique in the policy."
        " Without checks here and in the profile it is the id of the only check."
    )
    title: Annotated[str, Len(1, 128)] | None = Field(
        None, description="What is true when the requirement is met, in a few words."
    )
    category: CategoryName | None = Field(
        None,
        description="What it is counted under. Absent: the profile's, else that of its first check.",
    )
    severity: Severity | None = Field(
        None,
        description="How bad a failure is: critical, high, medium, low or info."
        " Absent: the profile's, else the highest of its checks.",
    )
    stage: StageName | None = Field(
        None,
        description="The stage that it belongs to, one of the stages of the policy or of its profile."
        " Absent: the profile's, else none.",
    )
    match: Literal["All", "Any"] | None = Field(
        None, description="Whether All checks must pass or Any one of them. Absent: the profile's, else All."
    )
    references: Annotated[tuple[Reference, ...], Len(0, 8)] | None = Field(
        None, description="Where the team's own document asks for it. A list here replaces the profile's."
    )
    applies_when: AppliesWhen | None = Field(
        None,
        description="Which workloads it applies to; for the others it is notApplicable."
        " Absent: the profile's, else all; {} is all, whatever the profile says.",
    )
    compensated_by: Annotated[tuple[Name, ...], Len(0, 8)] | None = Field(
        None,
        description="Requirements of which one that passes turns a failure of this one into a warning."
        " A list here replaces the profile's.",
    )
    waivable: Flag | None = Field(
        None, description="Whether a ReadinessWaiver may waive it. Absent: the profile's, else as its checks allow."
    )
    attestable: Flag | None = Field(
        None,
        description="Whether a ReadinessAttestation of a check's id may stand in where that check lacks evidence."
        " Absent: the profile's, else false.",
    )
    disabled: Flag | None = Field(
        None, description="Removes this requirement from the scorecard, from gates and as a compensation of others."
    )
    checks: Annotated[tuple[CheckCall, ...], Len(0, 8), _CHECKS_DIFFER] | None = Field(
        None, description="The checks that answer this requirement. A list here replaces the profile's."
    )
