"""The fields of our own kinds, from the schemas of the CRDs."""

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.gen.crds import documents
from readiness.gen.docs.markdown import page, table
from readiness.gen.values import in_words, shown

Schema = Mapping[str, Any]
_HEADER = ("field", "value", "default", "meaning")

_OFFLINE = (
    "What `readiness audit -o json` and `readiness scan -o json` print has more: `category`, `stage` and `references`"
    " of each requirement; `categories`, `stages` and `gates` of each scorecard, as in the status of a policy;"
    " `file`, `line` and `column` of each finding that comes from a file. With `--full`, `requirements` has what passes"
    " and what does not apply too."
)


def render() -> dict[str, str]:
    """The pages by file name."""
    found = documents()
    cluster = _schema(found["ClusterReadinessPolicy"])["spec"]["properties"]["namespaceSelector"]
    policy = page(
        "ReadinessPolicy and ClusterReadinessPolicy",
        "A ClusterReadinessPolicy has one field more, `spec.namespaceSelector`, and no namespace.",
        *_parts(_schema(found["ReadinessPolicy"])),
        "## ClusterReadinessPolicy alone",
        table(_HEADER, _rows("spec.namespaceSelector", cluster, required=False)),
    )
    report = page(
        "ReadinessReport",
        "Written by the operator alone; `readiness audit -o json` prints a list of them.",
        *_parts(_schema(found["ReadinessReport"])),
        "## Offline",
        _OFFLINE,
    )
    waiver = page(
        "ReadinessWaiver",
        "What need not be mended for now: [waivers and attestations](../waivers-and-attestations.md).",
        *_parts(_schema(found["ReadinessWaiver"])),
    )
    attestation = page(
        "ReadinessAttestation",
        "What somebody attests: [waivers and attestations](../waivers-and-attestations.md).",
        *_parts(_schema(found["ReadinessAttestation"])),
    )
    return {"policy.md": policy, "report.md": report, "waiver.md": waiver, "attestation.md": attestation}


def _schema(definition: Schema) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]
    return properties


def _parts(schema: Mapping[str, Any]) -> Iterator[str]:
    for part in ("spec", "status"):
        yield f"## {part}"
        yield str(schema[part].get("description", ""))
        required = schema[part].get("required", ())
        rows = [
            row
            for name, field in schema[part]["properties"].items()
            for row in _rows(f"{part}.{name}", field, required=name in required)
        ]
        yield table(_HEADER, rows)
        rules = list(_rules(part, schema[part]))
        if rules:
            yield "What is refused:"
            yield "\n".join(f"- {rule}" for rule in rules)


def _rows(path: str, field: Schema, *, required: bool) -> Iterator[tuple[str, str, str, str]]:
    default = "required" if required else shown(field["default"]) if _plain(field.get("default")) else ""
    yield f"`{path}`", in_words(field), default, _meaning(field)
    inside, mark = (field["items"], "[]") if field.get("type") == "array" else (field, "")
    for name, each in inside.get("properties", {}).items():
        yield from _rows(f"{path}{mark}.{name}", each, required=name in inside.get("required", ()))


def _meaning(field: Schema) -> str:
    """The description, less the default that stands in it for `kubectl explain`."""
    text: str = field.get("description", "")
    return text.rpartition(" Default: ")[0] if "default" in field and " Default: " in text else text


def _plain(default: Any) -> bool:
    """Whether a default is told here: an object's is told by its fields."""
    return default is not None and not isinstance(default, Mapping)


def _rules(path: str, node: Schema) -> Iterator[str]:
    for rule in node.get("x-kubernetes-validations", ()):
        yield f"`{path}`: {rule['message']}"
    inside, mark = (node["items"], "[]") if node.get("type") == "array" else (node, "")
    if mark:
        yield from _rules(f"{path}{mark}", inside)
        return
    for name, each in node.get("properties", {}).items():
        yield from _rules(f"{path}.{name}", each)
