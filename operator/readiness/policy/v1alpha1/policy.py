"""What a policy asks: which workloads, which requirements, and how often to look."""

from typing import Annotated, Literal

from annotated_types import Ge, Le, Len
from pydantic import Field, Strict

from readiness.model.finding import Severity
from readiness.policy.v1alpha1.base import ApiModel, Flag, Name, Percent
from readiness.policy.v1alpha1.duration import Duration, between
from readiness.policy.v1alpha1.requirement import CategoryName, Kinds, Requirement, StageName, names_differ
from readiness.policy.v1alpha1.rules import Rule
from readiness.policy.v1alpha1.selector import LabelSelector


class Stage(ApiModel):
    """A step on the way to production."""

    name: StageName = Field(description="Name of the stage, such as alpha, week-1 or v1.0.")


class CategoryTarget(ApiModel):
    """How much of a category is to be met."""

    name: CategoryName = Field(description="A category that some requirement has.")
    target: Percent = Field(description="Share of its requirements that completes it, in percent.")


class Gate(ApiModel):
    """Requirements that are looked at together, such as a document's criteria of success."""

    name: Name = Field(description="Name of the gate.")
    requirements: Annotated[tuple[Name, ...], Len(1, 64)] = Field(
        description="Names of the requirements that must all pass."
    )


# What policies and profiles may hold, alike: a policy may say itself what a profile says.
Requirements = Annotated[tuple[Requirement, ...], Len(0, 256), names_differ("requirement")]
Stages = Annotated[tuple[Stage, ...], Len(0, 16), names_differ("stage")]
Categories = Annotated[tuple[CategoryTarget, ...], Len(0, 16), names_differ("category")]
Gates = Annotated[tuple[Gate, ...], Len(0, 8), names_differ("gate")]
BlockingSeverities = Annotated[tuple[Severity, ...], Len(0, 5)]


class ProfileRef(ApiModel):
    """A ready-made list of requirements."""

    name: Name = Field(description="Name of the profile, one of `readiness profiles` or a team's own.")


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
    kinds: Kinds = Field(
        (),
        description="Kinds of workload that are judged: Kind for core, apps and batch, such as Deployment,"
        " else Kind.group, such as Rollout.argoproj.io. Absent: every kind.",
    )
    profile: ProfileRef | None = Field(
        None,
        description="A ready-made list of requirements, which those of this policy are merged over:"
        " by name, field by field; a list replaces.",
    )
    requirements: Requirements = Field(
        (),
        description="The lines of the scorecard. What one leaves out comes from the profile's requirement"
        " of its name, then from its checks.",
    )
    stages: Stages | None = Field(
        None,
        description="The stages in their order: one is reached when all its requirements and those of the stages"
        " before it pass. One without requirements is left out. A list here replaces the profile's.",
    )
    categories: Categories | None = Field(
        None,
        description="Targets of categories; those that are not here have 100. A list here replaces the profile's.",
    )
    gates: Gates | None = Field(
        None, description="Named sets of requirements that pass together. A list here replaces the profile's."
    )
    blocking_severities: BlockingSeverities | None = Field(
        None,
        description="Severities whose failures make the verdict NoGo; a failure of another one is a warning."
        " Absent: the profile's, else critical and high.",
    )
    ignore_containers: tuple[Name, ...] | None = Field(
        None,
        max_length=32,
        description="Names of containers that no check looks at. Absent: the well-known injected proxies.",
    )
    waivers: Literal["Allowed", "Forbidden"] = Field(
        "Allowed", description="Whether ReadinessWaivers have an effect on this policy's requirements."
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
