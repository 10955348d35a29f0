"""Labels that a policy's parameter selects by, written as kubectl does: `environment=staging,tier!=db`."""

from typing import Annotated

from readiness.checks.parameters.limits import Len, Predicate
from readiness.model.labels import Labels
from readiness.model.selector_text import selector_of


def is_label_selector(text: str) -> bool:
    """Whether it says a selector (the name stands in the error that a policy's author sees)."""
    return selector_of(text) is not None


LabelSelector = Annotated[str, Len(1, 512), Predicate(is_label_selector)]


def selects(text: str, labels: Labels) -> bool:
    """Whether the selector of a text selects what has these labels."""
    selector = selector_of(text)
    return selector is not None and selector.matches(labels)
