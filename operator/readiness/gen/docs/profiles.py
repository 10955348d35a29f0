"""What each profile requires."""

from collections.abc import Iterator

from readiness.gen.docs.markdown import page, table
from readiness.policy.compile import compile_profile
from readiness.policy.profiles import names, profile


def render() -> str:
    """The page."""
    return page("Profiles", "A policy takes one with `spec.profile.name`, and says what differs.", *_parts())


def _parts() -> Iterator[str]:
    for name in names():
        said = profile(name)
        yield f"## {name}"
        yield f"{said['title']}. {said['description']}"
        rows = [
            (
                requirement.name,
                requirement.title,
                str(requirement.severity),
                "yes" if requirement.blocking else "no",
                ", ".join(f"[{ask.check.id}](checks/{ask.check.id}.md)" for ask in requirement.asks),
            )
            for requirement in compile_profile(name).requirements
        ]
        yield table(("requirement", "what is true when it is met", "severity", "blocks", "checks"), rows)
