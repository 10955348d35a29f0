"""From a finding's path, such as `spec.template.spec.containers[app].image`, to the keys and indexes behind it."""

import re
from typing import Any

from readiness.model.records import dataclass

Step = str | int
_TOKEN = re.compile(r"\[([^\]]*)\]|([^.\[\]]+)")
_NAMES = ("name", "containerPort", "mountPath", "key", "path")
"""What items of lists are told apart by where they are called something, the first that fits."""


@dataclass(frozen=True, slots=True)
class Word:
    """A part of a path: a field, or what stands in brackets, a key or an item."""

    text: str
    inside: bool


def words_of(path: str) -> list[Word]:
    """The parts of a path."""
    return [Word(match[1] or match[2] or "", match[2] is None) for match in _TOKEN.finditer(path)]


def steps_to(path: str, obj: Any) -> list[Step]:
    """
    The keys and indexes that lead to a path of an object, as far as the object goes.

    `containers[app]` is the item whose name is app, `ports[8080]` the one of that number, `checks[0]` the first item,
    `drop[ALL]` the item that says so, `labels[app.kubernetes.io/name]` a key.
    """
    node, steps = obj, []
    for word in words_of(path):
        step = child(node, word.text)
        if step is None:
            break
        node = node[step]
        steps.append(step)
    return steps


def child(node: Any, word: str) -> Step | None:
    """The key or index of what a word means in a mapping or a list; None for what is not there."""
    if isinstance(node, dict):
        return word if word in node else None
    if not isinstance(node, list):
        return None
    for name in _NAMES:
        for number, item in enumerate(node):
            if isinstance(item, dict) and str(item.get(name, "")) == word:
                return number
    if word in node:
        return node.index(word)
    return int(word) if word.isdecimal() and int(word) < len(node) else None


def spelled(steps: list[Step] | tuple[Step, ...]) -> str:
    """Keys and indexes as people write them: `spec.containers[0].env`."""
    text = "".join(
        f"[{step}]" if isinstance(step, int) or not step.replace("-", "_").isidentifier() else f".{step}"
        for step in steps
    )
    return text.removeprefix(".")
