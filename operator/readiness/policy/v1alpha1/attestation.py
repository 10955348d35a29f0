"""What somebody attests about a workload: which claim, measured how, with what evidence, until when."""

from typing import Annotated, Any

from annotated_types import Ge, Len
from pydantic import Field

from readiness.policy.v1alpha1.base import ApiModel, Integer, Name
from readiness.policy.v1alpha1.claim import ONE_SUBJECT, SubjectRef
from readiness.policy.v1alpha1.instant import Instant
from readiness.policy.v1alpha1.rules import Rule
from readiness.policy.v1alpha1.selector import LabelSelector
from readiness.policy.v1alpha1.status import LIST_MAP_BY_TYPE, Condition


class ReadinessAttestationSpec(ApiModel):
    """The claim, the workload, the evidence, and until when it counts."""

    rules = (
        ONE_SUBJECT,
        Rule(
            "expirationTime must be after attestedTime",
            "self.expirationTime > self.attestedTime",
            lambda self: self.expiration_time.moment > self.attested_time.moment,
        ),
    )

    claim: Name = Field(
        description="Id of the check that this answers: one of kind attestation or style, or any check of a"
        " requirement that is attestable."
    )
    workload_ref: SubjectRef | None = Field(
        None, description="The workload, in this namespace. Either this or selector is needed."
    )
    selector: LabelSelector | None = Field(
        None, description="Labels of the workloads, in this namespace. Either this or workloadRef is needed."
    )
    value: Annotated[dict[str, Any], Len(0, 32)] | None = Field(
        None, description="What was measured, by name; `readiness explain CLAIM` says what the check compares."
    )
    evidence_url: Annotated[str, Field(max_length=2048, pattern=r"^https?://[^\s]+$")] = Field(
        alias="evidenceURL",
        description="Where the evidence is: a report, a run, a document. Never opened by the operator.",
    )
    attested_by: Annotated[str, Len(1, 253)] = Field(description="Who attests it: somebody who can be asked.")
    attested_time: Instant = Field(description="When it was found out; before that moment it does not count.")
    expiration_time: Instant = Field(description="When it stops counting, to the second.")
    image: Annotated[str, Field(max_length=512, pattern=r"^[^\s]+$")] | None = Field(
        None,
        description="The image that it was found out with, best by digest:"
        " it stops counting when no running pod has it.",
    )


class AttestationStatus(ApiModel):
    """Whether the attestation counts."""

    observed_generation: Annotated[Integer, Ge(-1)] | None = Field(
        None, description="Generation of the attestation that the operator has looked at; -1 before it has."
    )
    conditions: tuple[Condition, ...] = Field(
        (), max_length=12, description="Valid and Expiring.", json_schema_extra=LIST_MAP_BY_TYPE
    )
