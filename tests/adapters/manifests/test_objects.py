"""What is a Kubernetes object is judged, what looks like one is an error, and the rest is skipped in folders."""

import pytest

from readiness.adapters.manifests import Document, Problem, parse_bytes

LIST = b"""\
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Service
    metadata: {name: one}
  - apiVersion: v1
    kind: List
    items:
      - apiVersion: v1
        kind: Secret
        metadata:
          name: two
      - 5
  - null
  - kind: Deployment
"""


def levels(data: bytes, *, explicit: bool, name: str = "a.yaml") -> list[str]:
    return [
        item.level if isinstance(item, Problem) else "object" for item in parse_bytes(data, name, explicit=explicit)
    ]


@pytest.mark.parametrize(
    "text,named,found,message",
    [
        (b"a: 1", "error", "info", "not a Kubernetes object: no apiVersion and no kind"),
        (b"{}", "error", "info", "not a Kubernetes object: no apiVersion and no kind"),
        (b"- op: remove", "error", "info", "not a Kubernetes object: a list, not a mapping"),
        (b"hello", "error", "info", "not a Kubernetes object: a single value, not a mapping"),
        (b"apiVersion: v1", "error", "error", "not a Kubernetes object: no kind"),
        (b"kind: A", "error", "error", "not a Kubernetes object: no apiVersion"),
        (b"apiVersion: v1\nkind:", "error", "error", "not a Kubernetes object: no kind"),
        (b"apiVersion: ''\nkind: A", "error", "error", "not a Kubernetes object: no apiVersion"),
        (b"apiVersion: 1\nkind: A", "error", "error", "not a Kubernetes object: apiVersion is not a string"),
        (b"apiVersion: v1\nkind: [A]", "error", "error", "not a Kubernetes object: kind is not a string"),
        (
            b"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []",
            "error",
            "info",
            "a kustomization, not judged itself: build it first with `kustomize build`",
        ),
        (
            b"kind: Kustomization",
            "error",
            "info",
            "a kustomization, not judged itself: build it first with `kustomize build`",
        ),
    ],
)
def test_what_is_no_object(text: bytes, named: str, found: str, message: str) -> None:
    assert levels(text, explicit=True) == [named]
    assert levels(text, explicit=False) == [found]
    [problem] = parse_bytes(text, "a.yaml")
    assert isinstance(problem, Problem)
    assert problem.message == message


def test_a_duplicate_key_in_what_is_no_object_is_nobodys_concern() -> None:
    assert levels(b"a: 1\na: 2\n", explicit=False) == ["info"]
    assert levels(b"apiVersion: v1\nkind: A\nkind: B\n", explicit=False) == ["warning", "object"]


def test_a_wrong_kind_is_pointed_at() -> None:
    [problem] = parse_bytes(b"apiVersion: v1\nmetadata: {}\nkind: 5\n", "a.yaml")
    assert str(problem) == "a.yaml:3:1: not a Kubernetes object: kind is not a string"


def test_flux_has_a_kustomization_that_is_an_object() -> None:
    text = b"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization"
    assert levels(text, explicit=False) == ["object"]


def test_the_description_of_a_chart_is_skipped_in_a_folder() -> None:
    text = b"apiVersion: v2\nname: shop\nversion: 1.0.0\n"
    assert levels(text, explicit=False, name="deploy/Chart.yaml") == ["info"]
    assert levels(text, explicit=False, name="Chart.yaml") == ["info"]
    assert levels(text, explicit=False, name="deploy/other.yaml") == ["error"]
    assert levels(text, explicit=True, name="deploy/Chart.yaml") == ["error"]


def test_the_items_of_a_list_are_objects_that_keep_their_lines() -> None:
    one, two, five, nothing, incomplete = parse_bytes(LIST, "a.yaml")
    assert isinstance(one, Document)
    assert isinstance(two, Document)
    assert (one.within, one.index, one.line) == (("items", 0), 0, 4)
    assert one.locate(("metadata", "name")) == (6, 16)
    assert two.within == ("items", 1, "items", 0)
    assert two.obj["kind"] == "Secret"
    assert two.locate(("metadata", "name")) == (13, 11)
    assert str(five) == "a.yaml:14:9: not a Kubernetes object: a single value, not a mapping"
    assert str(nothing) == "a.yaml:15:5: not a Kubernetes object: a single value, not a mapping"
    assert str(incomplete) == "a.yaml:16:5: not a Kubernetes object: no apiVersion"


def test_the_items_of_a_typed_list_take_its_kind() -> None:
    text = b"apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata: {name: one}\n- kind: A\n  apiVersion: b\n"
    one, other = parse_bytes(text, "a.yaml")
    assert isinstance(one, Document)
    assert isinstance(other, Document)
    assert one.obj == {"metadata": {"name": "one"}, "apiVersion": "apps/v1", "kind": "Deployment"}
    assert one.locate(("metadata", "name")) == (4, 14)
    assert one.locate(("kind",)) == (4, 3)
    assert other.obj == {"kind": "A", "apiVersion": "b"}


@pytest.mark.parametrize("items", [b"items: []", b"items: null", b"metadata: {}"])
def test_an_empty_list_is_nothing(items: bytes) -> None:
    assert parse_bytes(b"apiVersion: v1\nkind: List\n" + items, "a.yaml") == []


def test_a_kind_that_only_sounds_like_a_list_is_an_object() -> None:
    assert levels(b"apiVersion: shop.example/v1\nkind: AllowList\nspec: {}", explicit=True) == ["object"]
    assert levels(b"apiVersion: shop.example/v1\nkind: AllowList\nitems: {}", explicit=True) == ["object"]


def test_a_list_in_json_that_yaml_refuses_has_items_too() -> None:
    text = b'\n{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "\\ud83d\\ude00"}]}'
    [document] = parse_bytes(text, "a.json")
    assert isinstance(document, Document)
    assert document.obj["kind"] == "😀"
    assert document.locate(("kind",)) == (2, 1)
