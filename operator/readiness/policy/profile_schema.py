"""What a profile may say: the model of its data file, whether it comes with the operator or from a team."""

from typing import Annotated, Any

from pydantic import Field

from readiness.checks.parameters.limits import Len
from readiness.policy.v1alpha1 import ApiModel
from readiness.policy.v1alpha1.base import Name
from readiness.policy.v1alpha1.policy import BlockingSeverities, Categories, Gates, Requirements, Stages
from readiness.policy.v1alpha1.rules import Rule


class Profile(ApiModel):
    """A ready-made list of requirements, with the stages, categories and gates that they stand in."""

    rules = (
        Rule(
            "a profile needs a requirement",
            "size(self.requirements) > 0",
            lambda self: bool(self.requirements),
        ),
        Rule(
            "a profile has nothing to disable: leave the requirement out",
            "!self.requirements.exists(item, has(item.disabled) && item.disabled)",
            lambda self: not any(item.disabled for item in self.requirements),
        ),
    )

    name: Name = Field(description="Name that policies take it by. Those of built-in profiles are taken.")
    title: Annotated[str, Len(1, 128)] = Field(description="What it is, in a few words.")
    description: Annotated[str, Len(0, 2048)] = Field("", description="For whom it is, and what it leaves out.")
    notes: Annotated[tuple[Annotated[str, Len(1, 512)], ...], Len(0, 16)] = Field(
        (), description="What to know about it, such as where the document that it follows contradicts itself."
    )
    requirements: Requirements = Field(
        description="The lines of the scorecard, with the fields of a policy's requirements."
    )
    stages: Stages | None = Field(None, description="The stages in their order.")
    categories: Categories | None = Field(None, description="Targets of categories; those that are not here have 100.")
    gates: Gates | None = Field(None, description="Named sets of requirements that pass together.")
    blocking_severities: BlockingSeverities | None = Field(
        None,
        description="Severities whose failures make the verdict NoGo. Absent: critical and high.",
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a profile's file, which editors check by."""
    schema = Profile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
