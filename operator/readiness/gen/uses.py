"""Where checks are asked: the requirements of the built-in profiles, and what documents they refer to."""

from collections.abc import Mapping, Sequence
from functools import cache

from readiness.gen.peers import sayings
from readiness.model.records import dataclass
from readiness.policy.profiles import names, profile

_STANDARDS = {
    "pod-security-baseline": "Pod Security Standards, baseline",
    "pod-security-restricted": "Pod Security Standards, restricted",
}


@dataclass(frozen=True, slots=True)
class Use:
    """A requirement that asks a check; `references` are places in the document or standard that the profile follows."""

    profile: str
    requirement: str
    references: tuple[str, ...]


@cache
def uses() -> Mapping[str, Sequence[Use]]:
    """Who asks a check, by its id."""
    found: dict[str, list[Use]] = {}
    for name in names():
        standard = (_STANDARDS[name],) if name in _STANDARDS else ()
        for line in profile(name)["requirements"]:
            use = Use(name, line["name"], standard + tuple(f"{name} {at}" for at in line.get("references", ())))
            for check in dict.fromkeys(call["id"] for call in line.get("checks") or ({"id": line["name"]},)):
                found.setdefault(check, []).append(use)
    return found


def profiles_with(check: str) -> list[str]:
    """The profiles that ask a check."""
    return list(dict.fromkeys(use.profile for use in uses().get(check, ())))


def references_to(check: str) -> list[str]:
    """Who asks it: `orchestratorm8 L12` of a document, a standard, `kube-score: pod-probes`, a field of the API."""
    documents = (place for use in uses().get(check, ()) for place in use.references)
    return list(dict.fromkeys((*documents, *sayings().get(check, ()))))
