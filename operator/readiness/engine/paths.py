"""From a finding's path, such as `spec.template.spec.containers[app].image`, to the keys and indexes behind it."""

import re
from typing import Any

Step = str | int
_TOKEN = re.compile(r"\[([^\]]*)\]|([^.\[\]]+)")


def steps_to(path: str, obj: Any) -> list[Step]:
    """
    The keys and indexes that lead to a path of an object, as far as the object goes.

    `containers[app]` is the item whose name is app, `checks[0]` the first item, `labels[app.kubernetes.io/name]` a key.
    """
    node, steps = obj, []
    for inside, name in _TOKEN.findall(path):
        step = _step(node, inside or name)
        if step is None:
            break
        node = node[step]
        steps.append(step)
    return steps


def _step(node: Any, word: str) -> Step | None:
    if isinstance(node, dict):
        return word if word in node else None
    if not isinstance(node, list):
        return None
    for number, item in enumerate(node):
        if isinstance(item, dict) and item.get("name") == word:
            return number
    return int(word) if word.isdecimal() and int(word) < len(node) else None


def spelled(steps: list[Step] | tuple[Step, ...]) -> str:
    """Keys and indexes as people write them: `spec.containers[0].env`."""
    text = "".join(
        f"[{step}]" if isinstance(step, int) or not step.replace("-", "_").isidentifier() else f".{step}"
        for step in steps
    )
    return text.removeprefix(".")
