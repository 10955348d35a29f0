"""The chart's CRDs: those of crds/, with the release's metadata and nothing else changed."""

from pathlib import Path

import pytest
import yaml
from tests.chart.rendering import CHART, Helm, Raw, Rendered

pytestmark = pytest.mark.cluster  # for its Helm

CRDS = Path(__file__).parents[2] / "crds"
_KIND = "CustomResourceDefinition"
_KEEP = "helm.sh/resource-policy"


def _sources() -> dict[str, Raw]:
    found = [yaml.safe_load(file.read_text()) for file in CRDS.glob("*.yaml")]
    return {crd["metadata"]["name"]: crd for crd in found}


def test_the_charts_files_are_those_of_the_folder_crds() -> None:
    copies = {file.name.removesuffix(".yaml"): file.read_text() for file in (CHART / "files/crds").glob("*.yaml")}
    assert copies == {yaml.safe_load(text)["metadata"]["name"]: text for text in map(Path.read_text, CRDS.iterdir())}


def test_schemas_come_through_helm_unchanged(default: Rendered) -> None:
    rendered = {crd["metadata"]["name"]: crd for crd in default.all(_KIND)}
    sources = _sources()
    assert {name: crd["spec"] for name, crd in rendered.items()} == {n: crd["spec"] for n, crd in sources.items()}
    for name, crd in rendered.items():
        assert sources[name]["metadata"]["annotations"].items() <= crd["metadata"]["annotations"].items()


def test_they_stay_after_an_uninstallation_unless_told_otherwise(helm: Helm, default: Rendered) -> None:
    assert all(crd["metadata"]["annotations"][_KEEP] == "keep" for crd in default.all(_KIND))
    let_go = helm.template({"crds": {"keep": False}}).all(_KIND)
    assert let_go
    assert not any(_KEEP in crd["metadata"]["annotations"] for crd in let_go)


def test_their_annotations_can_be_added_to(helm: Helm) -> None:
    rendered = helm.template({"crds": {"annotations": {"argocd.argoproj.io/sync-options": "ServerSideApply=true"}}})
    for crd in rendered.all(_KIND):
        assert crd["metadata"]["annotations"]["argocd.argoproj.io/sync-options"] == "ServerSideApply=true"


def test_they_can_be_left_to_others(helm: Helm) -> None:
    assert not helm.template({"crds": {"install": False}}).all(_KIND)
