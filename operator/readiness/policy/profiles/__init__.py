"""Ready-made lists of requirements, as data files beside this one."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from readiness.model.reasons import Reason
from readiness.policy.problem import InvalidPolicyError, Problem, nearest


@cache
def names() -> tuple[str, ...]:
    """The names of the profiles, sorted."""
    return tuple(
        sorted(item.name.removesuffix(".yaml") for item in files(__name__).iterdir() if item.name.endswith(".yaml"))
    )


@cache
def profile(name: str) -> dict[str, Any]:
    """
    A profile: its `name`, `title`, `description` and `requirements`, shaped as in a policy.

    Raises InvalidPolicyError (UnknownProfile) for a name that is none.
    """
    if name not in names():
        message = f'there is no profile "{name}"{nearest(name, names())}'
        raise InvalidPolicyError(Reason.UNKNOWN_PROFILE, [Problem("spec.profile.name", message)])
    text = files(__name__).joinpath(f"{name}.yaml").read_text()
    loaded: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded
