"""What a policy asks: which workloads, which requirements, and how often to look."""

from typing import Annotated, Any, Literal

from annotated_types import Ge, Le, Len
from pydantic import Field, Strict

from readiness.model.finding import Severity
from readiness.policy.v1alpha1.base import ApiModel, Flag, Name
from readiness.policy.v1alpha1.duration import Duration, between
from readiness.policy.v1alpha1.rules import Rule
from readiness.policy.v1alpha1.selector import LabelSelector

_KIND_NAME = r"^[A-Z][A-Za-z0-9]{0,62}(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
KindName = Annotated[str, Field(max_length=253, pattern=_KIND_NAME)]
Parameters = Annotated[dict[str, Any], Len(0, 32)]

_CHECKS_DIFFER = Rule(
    "each check needs a name of its own: give `name` where one id is asked twice",
    "size(self) == size(self.map(check, has(check.name) ? check.name : check.id).distinct())",
    lambda checks: len({check.name or check.id for check in checks}) == len(checks),
)
_REQUIREMENTS_DIFFER = Rule(
    "each requirement needs a name of its own",
    "size(self) == size(self.map(requirement, requirement.name).distinct())",
    lambda requirements: len({requirement.name for requirement in requirements}) == len(requirements),
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


class Requirement(ApiModel):
    """One line of the scorecard."""

    name: Name = Field(
        description="Name of the requirement, unique in the policy."
        " Without checks here and in the profile it is the id of the only check."
    )
    title: Annotated[str, Len(1, 128)] | None = Field(
        None, description="What is true when the requirement is met, in a few words."
    )
    severity: Severity | None = Field(
        None,
        description="How bad a failure is: critical, high, medium, low or info."
        " Absent: the profile's, else the highest of its checks.",
    )
    match: Literal["All", "Any"] | None = Field(
        None, description="Whether All checks must pass or Any one of them. Absent: the profile's, else All."
    )
    disabled: Flag | None = Field(None, description="Removes this requirement from the scorecard.")
    checks: Annotated[tuple[CheckCall, ...], Len(0, 8), _CHECKS_DIFFER] | None = Field(
        None, description="The checks that answer this requirement. A list here replaces the profile's."
    )


class ProfileRef(ApiModel):
    """A ready-made list of requirements."""

    name: Name = Field(description="Name of the profile; `readiness profiles` lists them.")


class Probing(ApiModel):
    """How the endpoints of running pods are asked."""

    rules = (
        Rule(
            "timeout must be shorter than interval",
            "duration(self.timeout) < duration(self.interval)",
            lambda self: self.timeout.seconds < self.interval.seconds,
        ),
    )

    mode: Literal["Disabled", "Passive"] = Field(
        "Passive",
        description="Passive asks only what the pods declare themselves, with harmless requests;"
        " Disabled asks nothing.",
    )
    interval: Annotated[Duration, between("5s", "24h")] = Field(
        Duration("60s"), description="Time between two requests to one endpoint, 5s to 24h."
    )
    timeout: Annotated[Duration, between("100ms", "30s")] = Field(
        Duration("2s"),
        description="Time after which a request has failed, 100ms to 30s, and shorter than the interval."
        " A probe's own shorter time-out wins.",
    )
    pods_per_workload: Annotated[int, Strict(), Ge(1), Le(100)] = Field(
        2, description="How many pods of a workload are asked, unready ones first."
    )
    failure_threshold: Annotated[int, Strict(), Ge(1), Le(100)] = Field(
        3, description="How many failures in a row make an endpoint failing."
    )


class ReadinessPolicySpec(ApiModel):
    """The workloads that a policy selects and the requirements that they are judged by."""

    rules = (
        Rule(
            "give a profile, or at least one requirement",
            "has(self.profile) || (has(self.requirements) && size(self.requirements) > 0)",
            lambda self: self.profile is not None or bool(self.requirements),
        ),
    )

    selector: LabelSelector | None = Field(
        None, description="Labels of the workloads that are judged. Absent or {}: every workload in scope."
    )
    kinds: tuple[KindName, ...] = Field(
        (),
        max_length=16,
        description="Kinds of workload that are judged: Kind for core, apps and batch, such as Deployment,"
        " else Kind.group, such as Rollout.argoproj.io. Absent: every kind.",
    )
    profile: ProfileRef | None = Field(
        None,
        description="A ready-made list of requirements, which those of this policy are merged over:"
        " by name, field by field; a list replaces.",
    )
    requirements: Annotated[tuple[Requirement, ...], Len(0, 256), _REQUIREMENTS_DIFFER] = Field(
        (),
        description="The lines of the scorecard. What one leaves out comes from the profile's requirement"
        " of its name, then from its checks.",
    )
    blocking_severities: tuple[Severity, ...] = Field(
        (Severity.CRITICAL, Severity.HIGH),
        max_length=5,
        description="Severities whose failures make the verdict NoGo; a failure of another one is a warning.",
    )
    ignore_containers: tuple[Name, ...] | None = Field(
        None,
        max_length=32,
        description="Names of containers that no check looks at. Absent: the well-known injected proxies.",
    )
    probing: Probing = Field(Probing(), description="How the endpoints of running pods are asked.")
    interval: Annotated[Duration, between("10s", "24h")] = Field(
        Duration("10m"),
        description="Time after which a workload is judged again although nothing changed, 10s to 24h."
        " Changes are judged at once.",
    )
    suspend: Flag = Field(
        default=False,
        description="Stops judging: status and reports stay as they are until it is false again.",
    )


class ClusterReadinessPolicySpec(ReadinessPolicySpec):
    """The namespaces and workloads that a policy selects and the requirements that they are judged by."""

    namespace_selector: LabelSelector | None = Field(
        None,
        description="Labels of the namespaces whose workloads are judged. Absent or {}: every namespace but"
        " kube-system, kube-public, kube-node-lease and the operator's own, which are judged only where this"
        " selector names them.",
    )
