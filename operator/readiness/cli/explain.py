"""`readiness explain CHECK`: what a check asks, why, and what to do when it fails."""

import json
import textwrap
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import click
import yaml

from readiness.checks import CATALOGUE, Check
from readiness.cli import Refusal
from readiness.gen.uses import references_to, uses
from readiness.gen.values import in_words, sentence, shown
from readiness.policy.parameters import described
from readiness.policy.problem import nearest

_WIDTH = 100


@click.command()
@click.argument("check", metavar="CHECK")
def command(check: str) -> None:
    """Tell what a check asks, why, and what to do when it fails."""
    found = CATALOGUE.get(check)
    if found is None:
        raise Refusal(f'there is no check "{check}"{nearest(check, CATALOGUE.checks)}; `readiness checks` lists them')
    click.echo("\n".join(_page(found)))


def _page(check: Check) -> Iterator[str]:
    yield f"{check.id}: {check.title}"
    yield ""
    yield _wrapped(check.why)
    yield ""
    for name, value in _facts(check):
        yield f"{name:<12}{value}"
    for title, text in (("Rule", sentence(check.rule)), ("What to do", check.remedy)):
        yield f"\n{title}"
        yield _wrapped(text, "  ")
    yield "\nParameters"
    yield from _parameters(check)
    yield from _asked(check)
    examples = json.loads(files("readiness.checks").joinpath("examples.json").read_text(encoding="utf-8"))
    for word, title in (("fail", "fails"), ("pass", "passes")) if check.implemented else ():
        yield f"\nExample that {title}"
        yield from _example(examples[check.id][word])


def _facts(check: Check) -> Iterator[tuple[str, str]]:
    yield "Severity", check.severity
    yield "Category", check.category
    if check.topic:
        yield "Topic", check.topic
    yield "Kind", f"{check.kind}, needs a cluster" if check.live else check.kind
    if not check.implemented:
        yield "Answers", "nothing yet: unknown until somebody attests it"
    if not check.waivable:
        yield "Waivers", "none: nothing suspends it"
    if check.fix is not None:
        yield "Fix", f"audit --fix; it may stop {check.fix.risk}" if check.fix.risk else "audit --fix"
    if check.reads:
        yield "Reads", ", ".join(sorted(kind.__name__ for kind in check.reads))


def _asked(check: Check) -> Iterator[str]:
    """Who asks it, and what documents and standards say of it."""
    yield "\nProfiles"
    asking = uses().get(check.id, ())
    for use in asking:
        under = f" as {use.requirement}" if use.requirement != check.id else ""
        yield f"  {use.profile}{under}"
    if not asking:
        yield "  none: name it in a policy"
    references = references_to(check.id)
    if references:
        yield "\nReferences"
        yield _wrapped(", ".join(references), "  ")


def _parameters(check: Check) -> Iterator[str]:
    parameters = described(check)
    for item in parameters:
        default = "required" if item.required else f"default {shown(item.default) or 'none'}"
        yield f"  {item.name} ({in_words(item.schema).replace('`', '')}; {default})"
        yield _wrapped(item.description, "      ")
    if not parameters:
        yield "  none"


def _example(example: dict[str, Any]) -> Iterator[str]:
    if example["parameters"]:
        yield f"  with parameters {yaml.safe_dump(example['parameters'], default_flow_style=True).strip()}"
    yield textwrap.indent(example["manifests"], "    ")
    for message in example["messages"]:
        yield _wrapped(f"-> {message}", "  ")


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
