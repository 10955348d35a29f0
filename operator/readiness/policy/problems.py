"""What is wrong with a policy, told to who wrote it: where, what was expected, the nearest right name."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from readiness.checks.evidence.values import bare
from readiness.policy.problem import Problem, nearest

Known = type[BaseModel] | tuple[str, ...]

_KEY_MARK = "[key]"  # pydantic's last step to the key of a map, rather than to its value
_SHOWN = 60  # characters of a wrong value
_PREDICATE = re.compile(r"^Predicate 'is_|' failed$|_")  # a predicate's name says what is expected

# What to expect instead of a pattern, which few people read; by the beginning of the pattern.
_FORMS = {
    "^([0-9]{1,5}(h|m|s|ms)){1,4}$": "a duration such as 90s, 10m or 1h30m, without days",
    "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$": "lower-case letters, digits and '-' inside",
    "^[0-9]{4}-": "a time such as 2026-12-31T00:00:00Z, with its zone",
    "^https?://": "an address that begins with http:// or https://",
    "^[A-Z][A-Za-z0-9]{0,62}(": "Kind, such as Deployment, or Kind.group, such as Rollout.argoproj.io",
    "^([a-z0-9]([-a-z0-9.]": "a label name, such as tier or app.kubernetes.io/name",
    "^([A-Za-z0-9]([-A-Za-z0-9_.]": "a label value: letters, digits and '-', '_' or '.' inside",
}
# What to expect where the type is wrong; pydantic speaks of Python's types.
_TYPES = {
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "string_type": "text",
    "dict_type": "an object",
    "model_type": "an object",
    "list_type": "a list",
    "tuple_type": "a list",
}


def problems(error: ValidationError, model: Known, at: str = "spec") -> list[Problem]:
    """Return all problems that one validation found.

    Args:
        error: what `model.model_validate` raised.
        model: where the right names of unknown fields are looked up: a model, or the names themselves.
        at: path of what was validated, such as `spec` or `spec.requirements[3].checks[0].parameters`.

    """
    details = error.errors(include_url=False)
    if isinstance(model, tuple):
        return _parameter_problems(details, model, at)
    return [Problem(_path(at, detail["loc"]), _message(detail, model)) for detail in details]


def _parameter_problems(details: list[ErrorDetails], known: tuple[str, ...], at: str) -> list[Problem]:
    """The same for parameters: what may be one thing or another is one problem, and no list is short of bad items."""
    found: dict[str, str] = {}
    for detail in details:
        name, steps = detail["loc"][:1], detail["loc"][1:]  # no name: what is wrong is what several say together
        path = _path(at, (*name, *(step for step in steps if isinstance(step, int))))  # the others are pydantic's words
        message = _message(detail, known)
        if path in found:
            message = f"{found[path].removesuffix(_but_is(detail))} or {message}"
        if detail["type"] != "too_short" or not any(earlier.startswith(f"{path}[") for earlier in found):
            found[path] = message
    return [Problem(path, message) for path, message in found.items()]


def _path(at: str, steps: Iterable[int | str]) -> str:
    path = at
    for step in steps:
        if isinstance(step, str) and step.isidentifier():
            path += f".{step}"
        elif step != _KEY_MARK:
            path += f"[{step}]"
    return path


def _message(detail: ErrorDetails, model: Known) -> str:
    context, value = detail.get("ctx", {}), detail["input"]
    match detail["type"]:
        case "extra_forbidden" | "unexpected_keyword_argument":
            text = "unknown field" + nearest(str(detail["loc"][-1]), _fields_at(model, detail["loc"][:-1]))
        case "missing":
            text = "is required"
        case "literal_error" | "enum":
            words = context["expected"].replace("'", "").replace(" or ", ", ")
            near = nearest(str(value), words.split(", "))
            text = f"must be one of {words}, not {_shown(value)}{near if 'did you mean' in near else ''}"
        case "string_pattern_mismatch":
            text = f"must be {_form(context['pattern'])}, not {_shown(value)}"
        case "string_too_long" | "string_too_short":
            bound = "at most {max_length}" if "max_length" in context else "at least {min_length}"
            text = f"must have {bound} characters, not {len(value)}".format_map(context)
        case "too_long" | "too_short":
            bound = "at most {max_length}" if "max_length" in context else "at least {min_length}"
            text = f"must have {bound} items, not {{actual_length}}".format_map(context)
        case "predicate_failed":
            text = f"must be {_article(_PREDICATE.sub(' ', detail['msg']).strip())}{_but_is(detail)}"
        case "rule" | "value_error":
            text = str(context.get("rule") or context["error"])
        case kind if kind in _TYPES:
            text = f"must be {_TYPES[kind]}{_but_is(detail)}"
        case _:
            said = detail["msg"].removeprefix("Value error, ").replace("Input should", "must")
            text = f"{said}{_but_is(detail)}"
    return text


def _but_is(detail: ErrorDetails) -> str:
    return f", not {_shown(detail['input'])}"


def _article(noun: str) -> str:
    return f"an {noun}" if noun[:1] in "aeiou" else f"a {noun}"


def _form(pattern: str) -> str:
    forms = (form for beginning, form in _FORMS.items() if pattern.startswith(beginning))
    return next(forms, f"like {pattern}")


def _shown(value: Any) -> str:
    if isinstance(value, Mapping | list | tuple):
        return "an object" if isinstance(value, Mapping) else "a list"
    text = "null" if value is None else repr(bare(value) if isinstance(value, str) else value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _fields_at(model: Known, steps: Iterable[int | str]) -> Iterator[str]:
    """Yield the names of the fields at a place inside a model; none where it has no model."""
    if isinstance(model, tuple):
        yield from () if list(steps) else model
        return
    here: type[BaseModel] | None = model
    for step in steps:
        if here is not None and isinstance(step, str):
            fields = {field.alias or name: field for name, field in here.model_fields.items()}
            here = _model_in(fields[step].annotation) if step in fields else None
    for name, field in here.model_fields.items() if here is not None else ():
        yield field.alias or name


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model inside `Model | None`, `tuple[Model, ...]` and the like."""
    if isinstance(annotation, type) and not get_args(annotation) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part)) is not None), None)
