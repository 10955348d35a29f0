"""The CRDs: what is in them, and that they are what the models say."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from tests.policy.bounds import policy_at_its_bounds, status_at_its_bounds

from readiness.gen.crds import SCHEMA_ANNOTATION, documents, render, schema_digest

CRDS = Path(__file__).parents[2] / "crds"
DOCUMENTS = documents()
POLICIES = ("ReadinessPolicy", "ClusterReadinessPolicy")
EVERY_KIND = (*POLICIES, "ReadinessReport")


def _version(kind: str) -> dict[str, Any]:
    version: dict[str, Any]
    (version,) = DOCUMENTS[kind]["spec"]["versions"]
    return version


def _properties(kind: str) -> dict[str, Any]:
    properties: dict[str, Any] = _version(kind)["schema"]["openAPIV3Schema"]["properties"]
    return properties


def _nodes(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    yield path, schema
    for name, field in schema.get("properties", {}).items():
        yield from _nodes(field, f"{path}.{name}")
    for inside in ("items", "additionalProperties"):
        if inside in schema:
            yield from _nodes(schema[inside], f"{path}[]")


def _columns(kind: str, *, wide: bool) -> str:
    columns = _version(kind)["additionalPrinterColumns"]
    return " ".join(column["name"].upper() for column in columns if column.get("priority", 0) == int(wide))


def test_the_committed_files_are_what_the_models_say() -> None:
    assert {path.name: path.read_text(encoding="utf-8") for path in CRDS.glob("*.yaml")} == render()


def test_a_file_holds_one_definition_that_client_side_apply_can_annotate() -> None:
    for name, text in render().items():
        document = yaml.load(text, Loader=yaml.CSafeLoader)
        assert name == f"readiness.dev_{document['spec']['names']['plural']}.yaml"
        assert len(text) < 100_000  # the API server refuses annotations over 256 KiB
        assert not [token for token in yaml.scan(text) if isinstance(token, yaml.AliasToken)]


@pytest.mark.parametrize(
    "kind, plural, short, scope, categories",
    [
        ("ReadinessPolicy", "readinesspolicies", "rdp", "Namespaced", ["readiness"]),
        ("ClusterReadinessPolicy", "clusterreadinesspolicies", "crdp", "Cluster", ["readiness"]),
        ("ReadinessReport", "readinessreports", "rdr", "Namespaced", None),
    ],
)
def test_names_are_those_of_the_api(
    kind: str, plural: str, short: str, scope: str, categories: list[str] | None
) -> None:
    spec = DOCUMENTS[kind]["spec"]
    assert DOCUMENTS[kind]["metadata"]["name"] == f"{plural}.readiness.dev"
    assert spec["scope"] == scope
    assert spec["names"]["shortNames"] == [short]
    assert spec["names"].get("categories") == categories


def test_kubectl_shows_verdict_score_items_stage_and_blockers_at_a_glance() -> None:
    for kind in POLICIES:
        assert _columns(kind, wide=False) == "VERDICT SCORE ITEMS STAGE BLOCKERS COMPLIANT READY AGE"
        assert _columns(kind, wide=True) == "WORKLOADS PROFILE SUSPENDED REASON"
    assert _columns("ReadinessReport", wide=False) == "VERDICT SCORE ITEMS STAGE BLOCKERS POLICIES AGE"


def _has_field(schema: dict[str, Any], path: str) -> bool:
    for step in path.split("[", maxsplit=1)[0].strip(".").split("."):
        if step not in schema.get("properties", {}):
            return False
        schema = schema["properties"][step]
    return True


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_columns_and_selectable_fields_are_fields(kind: str) -> None:
    version = _version(kind)
    paths = [shown["jsonPath"] for shown in version["additionalPrinterColumns"]]
    paths += [selectable["jsonPath"] for selectable in version.get("selectableFields", [])]
    schema = version["schema"]["openAPIV3Schema"]
    assert [p for p in paths if not _has_field(schema, p)] == [".metadata.creationTimestamp"]


def test_only_policies_have_a_status_of_their_own() -> None:
    for kind in POLICIES:
        assert _version(kind)["subresources"] == {"status": {}}
        assert _properties(kind)["status"]["default"] == {"observedGeneration": -1}
    assert "subresources" not in _version("ReadinessReport")
    assert "default" not in _properties("ReadinessReport")["status"]


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_list_is_atomic_but_the_conditions_of_a_policy(kind: str) -> None:
    lists = {
        path: node["x-kubernetes-list-type"]
        for path, node in _nodes(_version(kind)["schema"]["openAPIV3Schema"])
        if node["type"] == "array"
    }
    keyed = {path for path, list_type in lists.items() if list_type != "atomic"}
    assert keyed == ({".status.conditions"} if kind in POLICIES else set())
    assert len(lists) > 8


def test_a_report_is_written_whole() -> None:
    for part in ("spec", "status"):
        assert _properties("ReadinessReport")[part]["x-kubernetes-map-type"] == "atomic"


def test_conditions_of_a_report_do_not_count_generations() -> None:
    report, policy = (
        _properties(kind)["status"]["properties"]["conditions"] for kind in ("ReadinessReport", "ReadinessPolicy")
    )
    assert "observedGeneration" not in report["items"]["properties"]
    assert "observedGeneration" in policy["items"]["properties"]


def test_nothing_that_a_profile_may_carry_has_a_default() -> None:
    defaults = {path for path, node in _nodes(_properties("ReadinessPolicy")["spec"]) if "default" in node}
    assert defaults == {
        ".waivers",
        ".interval",
        ".suspend",
        ".probing",
        ".probing.mode",
        ".probing.interval",
        ".probing.timeout",
        ".probing.podsPerWorkload",
        ".probing.failureThreshold",
    }


def test_the_default_of_probing_is_spelled_out() -> None:
    probing = _properties("ReadinessPolicy")["spec"]["properties"]["probing"]
    assert probing["default"] == {name: field["default"] for name, field in probing["properties"].items()}


def test_no_rule_sees_parameters_nor_counts_pairs() -> None:
    rules = [
        rule["rule"]
        for kind in EVERY_KIND
        for _, node in _nodes(_version(kind)["schema"]["openAPIV3Schema"])
        for rule in node.get("x-kubernetes-validations", [])
    ]
    assert len(rules) > 10
    assert not [rule for rule in rules if "parameters" in rule or "exists_one" in rule]


@pytest.mark.parametrize(
    "later",
    [
        "enforcement",
        "version",
        "logs",
    ],
)
def test_fields_of_later_versions_are_unknown(later: str) -> None:
    for kind in EVERY_KIND:
        paths = [path for path, _ in _nodes(_version(kind)["schema"]["openAPIV3Schema"])]
        assert not [path for path in paths if path.endswith(f".{later}")]


def test_a_policy_and_a_status_at_their_bounds_are_valid_and_one_more_is_not() -> None:
    properties = _properties("ReadinessPolicy")
    jsonschema.validate(policy_at_its_bounds()["spec"], properties["spec"])
    jsonschema.validate(status_at_its_bounds(), properties["status"])
    for part, full in (("spec", policy_at_its_bounds()["spec"]), ("status", status_at_its_bounds())):
        for name, value in full.items():
            if isinstance(value, list):
                with pytest.raises(jsonschema.ValidationError, match=r"is too long|expected at most"):
                    jsonschema.validate({**full, name: [*value, value[-1]]}, properties[part])


def test_the_annotation_moves_with_fields_and_not_with_descriptions() -> None:
    version = copy.deepcopy(_version("ReadinessPolicy"))
    assert DOCUMENTS["ReadinessPolicy"]["metadata"]["annotations"][SCHEMA_ANNOTATION] == schema_digest(version)
    spec = version["schema"]["openAPIV3Schema"]["properties"]["spec"]
    spec["description"] = "Said better."
    assert schema_digest(version) == schema_digest(_version("ReadinessPolicy"))
    spec["properties"]["description"] = {"type": "string", "maxLength": 10}
    assert schema_digest(version) != schema_digest(_version("ReadinessPolicy"))
