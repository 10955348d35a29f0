"""Label selectors as kubectl takes them: `tier=backend,env!=dev,team in (a,b),!legacy`."""

import re
from functools import lru_cache

from readiness.model.labels import Expression, Selector

_TERMS = re.compile(r",(?![^()]*\))")
_SET = re.compile(r"^(?P<key>[^=!\s()]+)\s+(?P<word>in|notin)\s*\((?P<values>[^()]*)\)$")
_EQUALS = re.compile(r"^(?P<key>[^=!\s]+)\s*(?P<sign>==?|!=)\s*(?P<value>[^=!\s]*)$")
_EXISTS = re.compile(r"^(?P<no>!?)\s*(?P<key>[^=!\s()]+)$")


@lru_cache(maxsize=256)
def selector_of(text: str) -> Selector | None:
    """The selector that a text says; None where it says none."""
    expressions = [_expression(term.strip()) for term in _TERMS.split(text)]
    found = tuple(item for item in expressions if item is not None)
    return Selector(expressions=found) if len(found) == len(expressions) else None


def _expression(term: str) -> Expression | None:
    if found := _SET.match(term):
        values = tuple(value.strip() for value in found["values"].split(","))
        return Expression(found["key"], "In" if found["word"] == "in" else "NotIn", values)
    if found := _EQUALS.match(term):
        return Expression(found["key"], "NotIn" if found["sign"] == "!=" else "In", (found["value"],))
    if found := _EXISTS.match(term):
        return Expression(found["key"], "DoesNotExist" if found["no"] else "Exists")
    return None
