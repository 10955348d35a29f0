"""A page for each check, and the index."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from readiness.checks import CATALOGUE, Check
from readiness.checks.fix import Fix
from readiness.gen.docs.markdown import code, page, table
from readiness.gen.uses import profiles_with
from readiness.gen.values import in_words, sentence, shown
from readiness.model import Category, Topic
from readiness.policy.parameters import described

Example = Mapping[str, Any]
_KINDS = {
    "static": "the workload's own spec",
    "relation": "the workload and the objects around it, its pods among them",
    "probe": "what running pods answer",
    "secret": "the workload's references to Secrets, and whether its pods found them",
    "attestation": "what somebody attests",
    "style": "what somebody attests of the sources",
    "log": "what running pods log",
    "active": "what running pods answer to wrong requests",
    "watch": "what running pods do when something happens",
}


def render(examples: Mapping[str, Mapping[str, Example]]) -> dict[str, str]:
    """The pages by file name."""
    pages = {f"{check.id}.md": _page(check, examples.get(check.id)) for check in CATALOGUE}
    return pages | {"index.md": _index()}


def _page(check: Check, examples: Mapping[str, Example] | None) -> str:
    facts = [
        ("Id", f"`{check.id}`"),
        ("Severity", str(check.severity)),
        ("Category", str(check.category)),
        ("Topic", f"`{check.topic}`" if check.topic else "none"),
        ("Looks at", _KINDS[check.kind]),
        ("Reads", ", ".join(sorted(kind.__name__ for kind in check.reads)) or "nothing else"),
        ("Needs a cluster", "yes: `readiness audit` leaves it out" if check.live else "no"),
        *([("Fix", _fix(check.fix))] if check.fix is not None else []),
        *([] if check.waivable else [("Waivers", "none: nothing suspends it")]),
        *([] if check.implemented else [("Answers", "nothing yet: it is unknown until somebody attests it")]),
        ("Profiles", ", ".join(profiles_with(check.id)) or "none"),
    ]
    return page(
        check.title,
        check.why,
        table(("", ""), facts),
        "## Rule",
        sentence(check.rule),
        "## What to do",
        check.remedy,
        "## Parameters",
        _parameters(check),
        *(_examples(examples) if examples else ()),
    )


def _fix(fix: Fix) -> str:
    risk = f"; it may stop {fix.risk}" if fix.risk else ""
    return f"[`readiness audit --fix`](../operations/fixes.md){risk}"


def _examples(examples: Mapping[str, Example]) -> Iterator[str]:
    for word, title in (("fail", "fails"), ("pass", "passes")):
        yield f"## Example that {title}"
        yield _example(examples[word])


def _parameters(check: Check) -> str:
    rows = [
        (f"`{item.name}`", in_words(item.schema), "required" if item.required else shown(item.default) or "none",
         item.description)
        for item in described(check)
    ]  # fmt: skip
    return table(("name", "value", "default", "meaning"), rows) if rows else "None."


def _example(example: Example) -> str:
    parts = []
    if example["parameters"]:
        parts += ["With the parameters", code(yaml.safe_dump(example["parameters"], sort_keys=False))]
    parts.append(code(example["manifests"]))
    if example["messages"]:
        parts += ["It finds:", "\n".join(f"- `{message}`" for message in example["messages"])]
    return "\n\n".join(parts)


def _index() -> str:
    header = ("check", "what is true when it passes", "severity", "looks at")
    parts = [f"{len(CATALOGUE)} checks, by category. `readiness explain ID` says the same on a terminal."]
    used = {check.category for check in CATALOGUE}
    for category in (word for word in Category if word in used):
        rows = [_row(check) for check in CATALOGUE if check.category is category]
        parts += [f"## {category}", table(header, rows)]
    topics = [
        (f"`{topic}`", ", ".join(f"[{check.id}]({check.id}.md)" for check in CATALOGUE if check.topic is topic))
        for topic in Topic
    ]
    parts += ["## Topics", "Each is a condition on policies and reports.", table(("condition", "checks"), topics)]
    return page("Checks", *parts)


def _row(check: Check) -> tuple[str, str, str, str]:
    answered_by = _KINDS[check.kind] if check.implemented else f"{_KINDS[check.kind]} (not yet)"
    return f"[{check.id}]({check.id}.md)", check.title, str(check.severity), answered_by
