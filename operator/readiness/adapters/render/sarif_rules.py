"""What SARIF says of a check, out of the catalogue."""

from typing import Any

from readiness.adapters.render.markdown import escaped
from readiness.checks import CATALOGUE
from readiness.gen.values import sentence
from readiness.model import Category, Severity

_LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning"}
# Code scanning ranks alerts on security by such a number, as CVSS does: above 9 critical, from 7 high, from 4 medium.
_NUMBERS = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.INFO: "1.0",
}
_SECURITY = (Category.SECURITY, Category.SECRETS, Category.IMAGES)


def strength(severity: Severity) -> str:
    """The level of a failure of this severity."""
    return _LEVELS.get(severity, "note")


def rule(check_id: str, title: str) -> dict[str, Any]:
    """A reporting descriptor; of an id that is no check, but a requirement without details, its title alone."""
    name = "".join(word.capitalize() for word in check_id.split("-"))
    check = CATALOGUE.get(check_id)
    if check is None:
        return {"id": check_id, "name": name, "shortDescription": {"text": title or check_id}}
    properties: dict[str, Any] = {"tags": [str(check.category).casefold().replace(" ", "-"), str(check.kind)]}
    if check.category in _SECURITY:
        properties["tags"].insert(0, "security")
        properties["security-severity"] = _NUMBERS[check.severity]
    told = (("", check.why), ("**Rule:** ", sentence(check.rule)), ("**What to do:** ", check.remedy))
    return {
        "id": check.id,
        "name": name,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.why},
        "help": {
            "text": f"{sentence(check.rule)}\n\nWhat to do: {check.remedy}",
            "markdown": "\n\n".join(head + escaped(text) for head, text in told),
        },
        "defaultConfiguration": {"level": strength(check.severity)},
        "properties": properties | {"tags": list(dict.fromkeys(properties["tags"]))},
    }
