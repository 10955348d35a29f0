"""Points in time as RFC 3339 writes them: the text that somebody wrote, with the moment that it means."""

from datetime import UTC, datetime
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

# The API server takes more for a date-time than CEL does, which it then breaks down on: a time without a zone.
_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[-+][0-9]{2}:[0-9]{2})$"
_MAX_LENGTH = 35
_FIRST_YEAR = 1970


class Instant(str):
    """A time with its zone."""

    __slots__ = ()

    @property
    def moment(self) -> datetime:
        """The moment that is meant."""
        return datetime.fromisoformat(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            _checked,
            core_schema.str_schema(pattern=_PATTERN, max_length=_MAX_LENGTH),
            serialization=core_schema.to_string_ser_schema(),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "format": "date-time"}


def _checked(text: str) -> Instant:
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise PydanticCustomError("rule", "{rule}", {"rule": f"there is no such time: {error}"}) from error
    if moment.year < _FIRST_YEAR:  # what is reckoned back from it must be a time too
        raise PydanticCustomError("rule", "{rule}", {"rule": f"must not be before {_FIRST_YEAR}"})
    return Instant(text)
