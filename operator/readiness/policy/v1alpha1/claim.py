"""What waivers and attestations share: whom they are about, and rules on from when until when."""

from pydantic import Field

from readiness.policy.v1alpha1.base import ApiModel, ApiVersion, Kind, ObjectName
from readiness.policy.v1alpha1.rules import Rule

ONE_SUBJECT = Rule(
    "give either workloadRef or selector",
    "has(self.workloadRef) != has(self.selector)",
    lambda self: (self.workload_ref is None) != (self.selector is None),
)


class SubjectRef(ApiModel):
    """A workload by name."""

    api_version: ApiVersion | None = Field(
        None,
        description="Group and version of the workload, such as apps/v1. Absent: any group; versions never matter.",
    )
    kind: Kind = Field(description="Kind of the workload, such as Deployment.")
    name: ObjectName = Field(description="Name of the workload.")
