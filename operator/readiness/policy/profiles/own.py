"""A team's own profiles: read from text or data, validated as the built-in ones are, found by the same names."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from readiness.model.reasons import Reason
from readiness.model.records import dataclass
from readiness.policy.problem import InvalidPolicyError, Problem, nearest
from readiness.policy.profiles import names, profile

Raw = Mapping[str, Any]
Find = Callable[[str], Raw]
"""From the name of a profile to what it says; raises InvalidPolicyError for one that is none, or is wrong."""

MAX_SIZE = 64 * 1024  # characters
_MAX_DEPTH = 32


@dataclass(frozen=True, slots=True)
class OwnProfile:
    """A profile from somewhere: what it says, or what is wrong with it."""

    source: str
    name: str
    said: Raw
    problems: tuple[Problem, ...] = ()


def is_profile(document: Mapping[str, Any]) -> bool:
    """Whether a document that is no Kubernetes object is meant as a profile."""
    return "apiVersion" not in document and "name" in document and isinstance(document.get("requirements"), list)


def read(text: str, source: str, name: str) -> OwnProfile:
    """The profile of a text; `name` is what it is called where the text does not say."""
    try:
        excess = _excess(text)
        loaded = None if excess else yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{source}:{mark.line + 1}:{mark.column + 1}" if mark else source
        return OwnProfile(source, name, {}, (Problem(place, getattr(error, "problem", None) or "is no YAML"),))
    except ValueError as error:  # what looks like a time or a number and is none
        return OwnProfile(source, name, {}, (Problem(source, str(error)),))
    if excess:
        return OwnProfile(source, name, {}, (Problem(source, excess),))
    return of(loaded, source, name)


def of(loaded: Any, source: str, name: str) -> OwnProfile:
    """The profile of a document that has been read."""
    from pydantic import ValidationError  # noqa: PLC0415 - the offline audit without own profiles does without

    from readiness.policy.problems import problems  # noqa: PLC0415
    from readiness.policy.profile_schema import Profile  # noqa: PLC0415

    if not isinstance(loaded, dict):
        return OwnProfile(source, name, {}, (Problem(source, "must be a mapping"),))
    said = loaded.get("name")
    name = said if isinstance(said, str) and said else name
    try:
        valid = Profile.model_validate(loaded)
    except ValidationError as error:
        wrong = problems(error, Profile, "")
        found = tuple(Problem(f"{source}: {item.path[1:]}" if item.path else source, item.message) for item in wrong)
        return OwnProfile(source, name, {}, found)
    if name in names():
        taken = Problem(f"{source}: name", f'"{name}" is a profile that comes with the operator: take another name')
        return OwnProfile(source, name, {}, (taken,))
    return OwnProfile(source, name, valid.model_dump(mode="json", by_alias=True, exclude_none=True))


def finder(own: Iterable[OwnProfile]) -> Find:
    """Find profiles among those that come with the operator and these; two that differ have no name."""
    shelf: dict[str, list[OwnProfile]] = {}
    for item in own:
        shelf.setdefault(item.name, []).append(item)

    def find(name: str) -> Raw:
        if name in names():
            return profile(name)
        found = shelf.get(name, [])
        if not found:
            message = f'there is no profile "{name}"{nearest(name, (*names(), *shelf))}'
            raise InvalidPolicyError(Reason.UNKNOWN_PROFILE, [Problem("spec.profile.name", message)])
        wrong = list(_wrong(name, found))
        if wrong:
            raise InvalidPolicyError(Reason.INVALID_SPEC, wrong)
        return found[0].said

    return find


def _wrong(name: str, found: Sequence[OwnProfile]) -> Iterator[Problem]:
    for item in found:
        yield from item.problems
    if any(item.said != found[0].said for item in found):
        sources = ", ".join(sorted(item.source for item in found))
        yield Problem("spec.profile.name", f'"{name}" is defined more than once: {sources}')


def _excess(text: str) -> str:
    """What could cost more than it says: it may come from somebody who may write no policy."""
    if len(text) > MAX_SIZE:
        return "is larger than 64 KiB"
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            return "has an alias: write out what it stands for"
        tag = getattr(event, "tag", None)
        if tag is not None:
            return f"has the tag {tag}: leave it out"
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            return "is nested too deeply"
    return ""
