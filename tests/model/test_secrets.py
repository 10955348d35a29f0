"""Secrets: what metadata and manifests tell of them, and how hard to guess a value is; no value is kept."""

import base64
import random
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.model.objects import raw

from readiness.model import Container, KeyRef, PodSpec, Ref, Secret, Strength, Workload
from readiness.model.inventory import Inventory
from readiness.model.parse import KINDS
from readiness.model.strength import strength_of
from readiness.model.touch import touched

CREATED = datetime(2026, 11, 20, 8, tzinfo=UTC)
WRITTEN = datetime(2026, 11, 20, 9, tzinfo=UTC)
REF = Ref("Secret", "shop", "cart-db")
VALUE = "i4mQzv0J3cB8nYt6XwLr1sUe9aKd2GfHp5oTqZbVxR7"
KIND = next(kind for kind in KINDS if kind.kind == "Secret")


def managed(**fields: Any) -> dict[str, Any]:
    return {"manager": "kubectl", "operation": "Update", "time": "2026-11-20T09:00:00Z", "fieldsV1": fields}


def metadata(**more: Any) -> dict[str, Any]:
    """A Secret as the API server tells its metadata: under another kind, and with what kubectl keeps there."""
    inside = {"name": "cart-db", "namespace": "shop", "creationTimestamp": "2026-11-20T08:00:00Z", **more}
    inside["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": VALUE, **more.get("annotations", {})}
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": inside}


def read(document: dict[str, Any]) -> Secret:
    record = KIND.read(document)
    assert isinstance(record, Secret)
    return record


def test_metadata_tells_the_keys_that_somebody_wrote_and_when() -> None:
    labels = managed(**{"f:metadata": {"f:labels": {}}}) | {"time": "2026-11-21T09:00:00Z"}
    other = managed(**{"f:stringData": {"f:user": {}}}) | {"time": "2026-11-20T08:30:00Z"}
    found = read(metadata(managedFields=[managed(**{"f:data": {".": {}, "f:password": {}}}), labels, other]))
    assert found == Secret(REF, frozenset({"password", "user"}), WRITTEN)


def test_without_writers_of_data_the_keys_are_not_known() -> None:
    assert read(metadata()) == Secret(REF, None, CREATED)
    assert read(metadata(managedFields=[managed(**{"f:type": {}})])) == Secret(REF, None, CREATED)


def test_without_writers_of_data_an_annotation_tells_when_it_was_rotated() -> None:
    noted = metadata(annotations={"readiness.dev/rotated-at": "2026-11-20T09:00:00Z"})
    assert read(noted) == Secret(REF, None, WRITTEN)


def test_a_manifest_has_keys_and_how_strong_their_values_are() -> None:
    found = read(raw("Secret"))
    assert found == Secret(REF, frozenset({"password", "broken", "token"}), CREATED, found.strengths)
    assert found.strengths == {"password": Strength(8, 0, known=True), "token": strength_of(VALUE.encode())}


@pytest.mark.parametrize("document", [raw("Secret"), metadata()], ids=["manifest", "metadata"])
def test_no_value_stays(document: dict[str, Any]) -> None:
    assert VALUE not in repr(read(document).__reduce__())
    assert base64.b64encode(VALUE.encode()).decode() not in repr(read(document).__reduce__())


@pytest.mark.parametrize("value", ["changeme", "Secret123", "admin!", "your-256-bit-secret", "<token>", "password"])
def test_what_everybody_knows_has_no_strength(value: str) -> None:
    assert strength_of(value.encode()) == Strength(len(value), 0, known=True)


@pytest.mark.parametrize(
    "value",
    [
        "", "a" * 64, "01" * 40, "p@ssw0rd" * 6, "12345678901234567890123456789012", "abcdefghijklmnopqrstuvwxyz012345",
        "our-very-own-signing-key-of-the-shop", "Correct Horse Battery Staple 2024!", "zyxwvutsrqponmlkjihgfedcba",
    ],
)  # fmt: skip
def test_what_somebody_made_up_is_weak_however_long(value: str) -> None:
    assert strength_of(value.encode()).bits < 128


@given(st.integers(0, 1 << 32))
def test_random_values_are_as_strong_as_they_are_long(seed: int) -> None:
    drawn = random.Random(seed).randbytes(32)
    assert strength_of(drawn).bits == 256
    assert strength_of(drawn.hex().encode()).bits >= 248
    assert strength_of(base64.b64encode(drawn)).bits >= 256
    assert strength_of(base64.b32encode(drawn)).bits >= 256


@given(st.binary(max_size=9000))
def test_no_value_has_more_than_its_bits(value: bytes) -> None:
    found = strength_of(value)
    assert found.size == len(value)
    assert 0 <= found.bits <= 8 * min(len(value), 4096)


def test_a_secret_touches_who_uses_it_also_to_pull_images() -> None:
    using = PodSpec("spec", containers=(Container("app", "app", env_from=(KeyRef("Secret", "cart-db"),)),))
    pulling = PodSpec("spec", image_pull_secrets=("cart-db",))
    inventory = Inventory()
    for name, spec in (("cart", using), ("search", pulling), ("mail", PodSpec("spec"))):
        inventory.put(Workload(Ref("Deployment", "shop", name, "apps"), "apps/v1", spec))
    secret = Secret(REF, frozenset({"password"}))
    inventory.put(secret)
    assert {ref.name for ref in touched(inventory, None, secret)} == {"cart", "search"}
