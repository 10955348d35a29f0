"""Ready-made lists of requirements, as data files beside this one."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from readiness.model.reasons import Reason
from readiness.policy.problem import InvalidPolicyError, Problem, nearest

_FOLDER = Path(__file__).parent  # `importlib.resources` would take 8 ms of the offline audit's start


@cache
def names() -> tuple[str, ...]:
    """The names of the profiles, sorted."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@cache
def profile(name: str) -> dict[str, Any]:
    """
    A profile: its `name`, `title`, `description` and `requirements`, shaped as in a policy.

    Raises InvalidPolicyError (UnknownProfile) for a name that is none.
    """
    if name not in names():
        message = f'there is no profile "{name}"{nearest(name, names())}'
        raise InvalidPolicyError(Reason.UNKNOWN_PROFILE, [Problem("spec.profile.name", message)])
    text = (_FOLDER / f"{name}.yaml").read_bytes()
    loaded: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded
