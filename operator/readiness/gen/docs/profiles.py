"""What each profile requires: an index, and a page for each."""

from collections.abc import Iterator

from readiness.gen.docs.markdown import page, table
from readiness.model import Severity
from readiness.policy.compile import compile_profile
from readiness.policy.compiled import Policy
from readiness.policy.profiles import names, profile

_OWN = "A team brings its own as a file, or in the cluster as a ConfigMap: [own profiles](operations/own-profiles.md)."


def render() -> dict[str, str]:
    """The pages by their names below `docs/`."""
    return {"profiles.md": _index(), **{f"profiles/{name}.md": _page(name) for name in names()}}


def _index() -> str:
    rows = [(f"[{name}](profiles/{name}.md)", profile(name)["title"], _count(name)) for name in names()]
    intro = "A policy takes one with `spec.profile.name`, and says what differs."
    return page("Profiles", intro, table(("profile", "what it is", "requirements"), rows), _OWN)


def _count(name: str) -> str:
    return str(len(profile(name)["requirements"]))


def _page(name: str) -> str:
    said, compiled = profile(name), compile_profile(name)
    notes = "".join(f"- {note}\n" for note in said.get("notes", ()))
    parts = [f"{said['title']}. {said['description']}", *_facts(compiled)]
    return page(f"Profile {name}", *parts, notes and "## What to know", notes, "## Requirements", _table(compiled))


def _facts(compiled: Policy) -> Iterator[str]:
    blocking = ", ".join(severity for severity in Severity if severity in compiled.blocking)
    yield f"{len(compiled.requirements)} requirements. Severities that block: {blocking}."
    if compiled.stages:
        yield f"Stages: {', '.join(compiled.stages)}."
    if compiled.categories:
        yield table(("category", "target"), [(item.name, f"{item.target} %") for item in compiled.categories])
    for gate in compiled.gates:
        yield f"Gate `{gate.name}`: {', '.join(f'`{item}`' for item in gate.requirements)}."


def _table(compiled: Policy) -> str:
    asked = any(requirement.references for requirement in compiled.requirements)
    header = ["requirement", "what is true when it is met", "severity"]
    header += ["stage"] * bool(compiled.stages) + ["category", "checks"] + ["asked for in"] * asked
    rows = []
    for item in compiled.requirements:
        checks = ", ".join(f"[{ask.check.id}](../checks/{ask.check.id}.md)" for ask in item.asks)
        stage = [item.stage] * bool(compiled.stages)
        cells = [item.name, item.title, str(item.severity), *stage, item.category, checks]
        rows.append([*cells, *[", ".join(item.references)] * asked])
    return table(header, rows)
