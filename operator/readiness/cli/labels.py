"""Label selectors as kubectl takes them: `tier=backend,env!=dev,team in (a,b),!legacy`."""

import re

import click

from readiness.model.labels import Expression, Selector

_TERMS = re.compile(r",(?![^()]*\))")
_SET = re.compile(r"^(?P<key>\S+)\s+(?P<word>in|notin)\s*\((?P<values>[^()]*)\)$")
_EQUALS = re.compile(r"^(?P<key>[^=!\s]+)\s*(?P<sign>==?|!=)\s*(?P<value>[^=!\s]*)$")
_EXISTS = re.compile(r"^(?P<no>!?)\s*(?P<key>[^=!\s()]+)$")


def selector_of(text: str) -> Selector:
    """The selector that a text says; raises BadParameter where it says none."""
    return Selector(expressions=tuple(_expression(term.strip()) for term in _TERMS.split(text) if term.strip()))


def _expression(term: str) -> Expression:
    if found := _SET.match(term):
        values = tuple(value.strip() for value in found["values"].split(","))
        return Expression(found["key"], "In" if found["word"] == "in" else "NotIn", values)
    if found := _EQUALS.match(term):
        return Expression(found["key"], "NotIn" if found["sign"] == "!=" else "In", (found["value"],))
    if found := _EXISTS.match(term):
        return Expression(found["key"], "DoesNotExist" if found["no"] else "Exists")
    raise click.BadParameter(
        f"{term!r} is no label selector; write tier=backend, env!=dev or 'team in (a,b)'", param_hint="--selector"
    )
