"""Rules that bounds cannot say, told twice from one place: as CEL to the API server, as a check to Python."""

from collections.abc import Callable
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from readiness.model.records import dataclass

_KEY = "x-kubernetes-validations"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in CEL with the message of its breach.

    Annotates the type of a field, or stands among the `rules` of a model. `holds` says the same in Python; it
    is absent where only the API server can know, because the rule compares with the object before a change.
    Costs count: the API server evaluates every rule on every write of the status too; none may be quadratic.
    """

    message: str
    cel: str
    holds: Callable[[Any], bool] | None = None

    def enforce(self, value: Any) -> Any:
        """Return the value, or raise what pydantic collects as a problem."""
        if self.holds is not None and not self.holds(value):
            raise PydanticCustomError("rule", "{rule}", {"rule": self.message})
        return value

    def add_to(self, schema: JsonSchemaValue) -> None:
        """Append the CEL of this rule to a JSON schema."""
        schema.setdefault(_KEY, []).append({"rule": self.cel, "message": self.message})

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.enforce, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        document = handler(schema)
        self.add_to(document)
        return document
