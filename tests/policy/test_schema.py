"""The schemas of the CRDs: structural, bounded, and of one mind with the models."""

from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge, Gt, Len
from pydantic import BaseModel, Field

from readiness.errors import UnsupportedSchemaError
from readiness.policy.schema import structural_schema

Text = Annotated[str, Field(max_length=10)]


class Inner(BaseModel):
    """What is inside."""

    word: Literal["a", "b"] = Field("a", description="One of two.")
    absent: Text | None = Field(None, description="May be left out.")


class Outer(BaseModel):
    """What is outside."""

    title: Text = Field(description="A field that is called like a keyword.")
    inner: Inner = Field(Inner(), description="Said beside the reference.")
    several: tuple[Inner, ...] = Field((), max_length=3, description="A list of objects.")
    again: Inner | None = Field(None, description="The same model a second time.")
    labels: Annotated[dict[str, Text], Len(0, 4)] = Field({}, description="A map.")
    free: Annotated[dict[str, Any], Len(0, 2)] | None = Field(None, description="Anything.")
    keyed: tuple[Inner, ...] = Field(
        (), max_length=3, description="A map in a list.", json_schema_extra={"x-kubernetes-list-type": "map"}
    )


PROPERTIES = structural_schema(Outer)["properties"]


def test_references_are_replaced_by_what_they_stand_for() -> None:
    assert PROPERTIES["inner"] == {
        "type": "object",
        "description": "Said beside the reference.",
        "default": {"word": "a"},
        "properties": {
            "word": {
                "type": "string",
                "description": "One of two. Default: a.",
                "enum": ["a", "b"],
                "default": "a",
            },
            "absent": {"type": "string", "description": "May be left out.", "maxLength": 10},
        },
    }


def test_only_fields_without_a_default_are_required() -> None:
    assert structural_schema(Outer)["required"] == ["title"]


def test_a_field_that_may_be_absent_is_neither_nullable_nor_defaulted() -> None:
    assert PROPERTIES["again"].keys() == {"type", "description", "properties"}


def test_an_empty_collection_is_no_default() -> None:
    assert "default" not in PROPERTIES["several"]
    assert "default" not in PROPERTIES["labels"]


def test_lists_are_atomic_unless_they_say_otherwise() -> None:
    assert PROPERTIES["several"]["x-kubernetes-list-type"] == "atomic"
    assert PROPERTIES["keyed"]["x-kubernetes-list-type"] == "map"


def test_maps_keep_the_schema_of_their_values_or_anything() -> None:
    assert PROPERTIES["labels"]["additionalProperties"] == {"type": "string", "maxLength": 10}
    assert PROPERTIES["free"] == {
        "type": "object",
        "description": "Anything.",
        "maxProperties": 2,
        "x-kubernetes-preserve-unknown-fields": True,
    }


class Recursive(BaseModel):
    me: "Recursive | None" = Field(None, description="Itself.")


def _model(annotation: Any, description: str | None = "Something.") -> type[BaseModel]:
    return type("Model", (BaseModel,), {"__annotations__": {"it": annotation}, "it": Field(description=description)})


@pytest.mark.parametrize(
    "model, message",
    [
        pytest.param(_model(Text, None), r"Model\.it: every field needs a description", id="no description"),
        pytest.param(_model(str), r"Model\.it: needs maxLength or enum", id="unbounded text"),
        pytest.param(_model(tuple[Text, ...]), r"Model\.it: needs maxItems", id="unbounded list"),
        pytest.param(_model(dict[str, Text]), r"Model\.it: needs maxProperties", id="unbounded map"),
        pytest.param(_model(int), r"Model\.it: needs minimum", id="unbounded integer"),
        pytest.param(_model(Annotated[tuple[str, ...], Len(0, 3)]), r"it\[\]: needs maxLength", id="unbounded item"),
        pytest.param(_model(Annotated[dict[str, str], Len(0, 3)]), r"it\{\}: needs maxLength", id="unbounded value"),
        pytest.param(_model(Annotated[float, Ge(0)]), "type number is not for an API", id="float"),
        pytest.param(_model(Text | Annotated[int, Ge(0)]), "a union is not structural", id="union"),
        pytest.param(_model(Annotated[int, Gt(0)]), "cannot say exclusiveMinimum", id="exclusive bound"),
        pytest.param(_model(tuple[Text, Text]), "cannot say prefixItems", id="tuple of fixed length"),
        pytest.param(_model(Annotated[frozenset[Text], Field(max_length=3)]), "cannot say uniqueItems", id="set"),
        pytest.param(_model(Annotated[dict[Text, Text], Len(0, 3)]), "cannot say propertyNames", id="bounded keys"),
        pytest.param(_model(Any), "every field needs one type", id="any"),
        pytest.param(Recursive, "Recursive contains itself", id="recursion"),
    ],
)
def test_what_a_crd_cannot_say_or_should_not_is_refused(model: type[BaseModel], message: str) -> None:
    with pytest.raises(UnsupportedSchemaError, match=message):
        structural_schema(model)


def test_a_constant_becomes_an_enumeration_of_one() -> None:
    assert structural_schema(_model(Literal["only"]))["properties"]["it"]["enum"] == ["only"]
