"""What `-o sarif` prints is valid against the official schema, which a pinned Go module carries."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker, ValidationError
from tests.cli.conftest import Run
from tests.cli.manifests import deployment, documents, policy
from tests.cli.test_claims import waiver
from tests.cluster.golang import find_toolchain
from tests.cluster.programs import PINS

from readiness.checks import CATALOGUE
from readiness.policy.parameters import described

pytestmark = [pytest.mark.pinned, pytest.mark.timeout(600)]  # on a new machine Go itself arrives first

Write = Callable[[Mapping[str, str]], None]
ID = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
PIN = Path(__file__).parent / "go/sarif"
REPOSITORY = Path(__file__).parents[2]
HOSTILE = "x](https://shop.example) <b>\\u0007\\u2028 {0} %20 é 💥"
DOCUMENTS = ("orchestratorm8", "navarch", "social-support-app", "go-ecommerce", "python-mongo-multitenant")

URI = re.compile(r"(%[0-9A-Fa-f]{2}|[\w.~:/?#\[\]@!$&'()*+,;=-])*", re.ASCII)  # the characters of RFC 3986
formats = FormatChecker(formats=())


@formats.checks("uri")
@formats.checks("uri-reference")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or URI.fullmatch(value) is not None


@pytest.fixture(scope="session")
def schema() -> Draft4Validator:
    """The schema of OASIS as a validator."""
    toolchain = find_toolchain([PIN / "go.mod", *PINS.glob("*/go.mod")])
    module = toolchain.module_folder(PIN, "github.com/owenrumney/go-sarif/v3")
    _, text, _ = (module / "pkg/report/v210/sarif/schema.go").read_text().split("`")
    loaded = json.loads(text)
    assert loaded["id"] == ID
    return Draft4Validator(loaded, format_checker=formats)


@pytest.fixture
def audit(run: Run, schema: Draft4Validator) -> Callable[..., list[dict[str, Any]]]:
    """The results that an audit prints as SARIF, once they are found valid."""

    def audit(*arguments: str) -> list[dict[str, Any]]:
        log = run("audit", *arguments, "-o", "sarif").document
        schema.validate(log)
        assert log["$schema"] == ID
        results: list[dict[str, Any]] = log["runs"][0]["results"]
        return results

    return audit


Audit = Callable[..., list[dict[str, Any]]]


def test_what_every_check_says_is_valid(audit: Audit, write: Write) -> None:
    ids = [check.id for check in CATALOGUE if not any(parameter.required for parameter in described(check))]
    halves = (policy(*ids[::2]), policy(*ids[1::2], name="other"))
    write({"cart.yaml": documents(*halves, deployment(user=0, replicas=1)), "bad.yaml": deployment("search")})
    results = audit(".", "--full")
    assert len({result["ruleId"] for result in results}) > len(ids) / 3
    assert {result["kind"] for result in results} == {"fail", "open"}


@pytest.mark.parametrize("profile", [*DOCUMENTS, "pod-security-restricted"])
def test_what_a_document_asks_of_the_samples_is_valid(audit: Audit, profile: str) -> None:
    assert audit(str(REPOSITORY / "demo/workloads"), "--profile", profile)


def test_what_is_waived_by_objects_or_by_annotations_is_valid(audit: Audit, write: Write) -> None:
    write({"cart.yaml": documents(policy(), deployment(user=0)), "waiver.json": waiver(reason=HOSTILE)})
    (result,) = audit(".")
    assert result["suppressions"]
    write({"cart.yaml": documents(policy(), deployment(user=0).replace("{runAsUser: 10001}", "{runAsUser: 0}"))})
    write({"waiver.json": waiver(reason=HOSTILE, containers=["proxy"])})
    assert ["suppressions" in result for result in audit(".")] == [False, True]
    annotated = deployment(user=0).replace("metadata:", 'metadata:\n  annotations: {kube-score/ignore: "*"}', 1)
    write({"cart.yaml": annotated})
    assert all("suppressions" in result for result in audit("cart.yaml", "--honor-foreign-annotations"))


def test_broken_files_and_nothing_at_all_give_valid_logs(audit: Audit, write: Write) -> None:
    write({"good.yaml": deployment(user=0), "bad.yaml": "a: [", "sub/empty.yaml": "", "none/readme.txt": "text"})
    assert audit(".", "gone.yaml")
    assert audit("sub") == audit("none") == []


def test_hostile_names_give_valid_logs(audit: Audit, write: Write) -> None:
    name = "a b%2e#?é💥[1].yaml"
    manifest = deployment(user=0).replace("name: app\n", f'name: "{HOSTILE}"\n')
    write({name: documents(policy(), manifest)})
    (result,) = audit(name)
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("%5B1%5D.yaml")


def test_the_schema_refuses_what_is_no_sarif(audit: Audit, write: Write, schema: Draft4Validator, run: Run) -> None:
    write({"cart.yaml": documents(policy(), deployment(user=0))})
    log = run("audit", "cart.yaml", "-o", "sarif").document
    (result,) = log["runs"][0]["results"]
    physical = result["locations"][0]["physicalLocation"]
    for broken, key, value in (
        (result, "level", "fatal"),
        (result, "message", {}),
        (physical["region"], "startLine", 0),
        (physical["artifactLocation"], "uri", "a b"),
        (log, "more", 1),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(broken, key, value)
            with pytest.raises(ValidationError):
                schema.validate(log)
    schema.validate(log)
