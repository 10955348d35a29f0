"""What all our API models share, and the bounded types that their fields are made of."""

from typing import Annotated, ClassVar, Literal, Self

from annotated_types import Ge, Le
from pydantic import BaseModel, ConfigDict, Field, Strict, model_validator
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict

from readiness.policy.v1alpha1.rules import Rule


def _add_rules(schema: JsonDict, model: type["ApiModel"]) -> None:
    for rule in model.rules:
        rule.add_to(schema)


class ApiModel(BaseModel):
    """An object of the API: camelCase on the wire, unknown fields refused, never changed once read."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        json_schema_extra=_add_rules,
    )
    rules: ClassVar[tuple[Rule, ...]] = ()

    @model_validator(mode="after")
    def _keep_rules(self) -> Self:
        for rule in self.rules:
            rule.enforce(self)
        return self


# Strict, because the API server takes neither "true" for a boolean nor "3" for a number.
Flag = Annotated[bool, Strict()]
Integer = Annotated[int, Strict()]
Count = Annotated[int, Strict(), Ge(0)]
Percent = Annotated[int, Strict(), Ge(0), Le(100)]

# Names and ids become metric labels, event notes and file names: DNS labels are safe in all of them.
Name = Annotated[str, Field(max_length=63, pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
ObjectName = Annotated[str, Field(min_length=1, max_length=253)]
Kind = Annotated[str, Field(max_length=63, pattern=r"^[A-Z][A-Za-z0-9]*$")]
ApiVersion = Annotated[str, Field(max_length=253, pattern=r"^([a-z0-9][-.a-z0-9]*/)?v[0-9][a-z0-9]*$")]
Items = Annotated[str, Field(max_length=23, pattern=r"^[0-9]+/[0-9]+$")]
Reason = Annotated[str, Field(max_length=63, pattern=r"^[A-Z][A-Za-z0-9]*$")]
Time = Annotated[str, Field(max_length=35, json_schema_extra={"format": "date-time"})]

PolicyKind = Literal["ReadinessPolicy", "ClusterReadinessPolicy"]
