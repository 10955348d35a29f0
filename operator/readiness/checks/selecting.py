"""Labels that a policy's parameter selects by, written as kubectl does: `environment=staging,tier=db`."""

from typing import Annotated

from readiness.checks.limits import Len, Predicate
from readiness.model.labels import Labels


def is_label_selector(text: str) -> bool:
    """Whether it is pairs of labels and values (the name stands in the error that a policy's author sees)."""
    return all(key.strip() and sign for key, sign, _ in (part.partition("=") for part in text.split(",")))


LabelSelector = Annotated[str, Len(3, 512), Predicate(is_label_selector)]


def selects(text: str, labels: Labels) -> bool:
    """Whether labels have all of these values."""
    pairs = (part.partition("=") for part in text.split(","))
    return all(labels.get(key.strip()) == value.lstrip("=").strip() for key, _, value in pairs)
