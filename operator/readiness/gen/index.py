"""Which module has a check, for those who want few of them."""

import json

from readiness.checks.check import Catalogue
from readiness.checks.contents import TOPICS

_PACKAGE = "readiness.checks."


def render() -> str:
    """The text of the data file that goes into the package."""
    found = {item.id: topic.__name__.removeprefix(_PACKAGE) for topic in TOPICS for item in Catalogue.of(topic)}
    return json.dumps(found, indent=1, sort_keys=True) + "\n"
