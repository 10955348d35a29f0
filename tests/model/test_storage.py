"""Classes of volumes: what is read of them, and which one a claim gets."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.model.objects import raw

from readiness.model import Ref, Snapshot, StorageClass
from readiness.model.inventory import Inventory
from readiness.model.parse import KINDS

CREATED = datetime(2026, 11, 20, 8, tzinfo=UTC)
SEALED = StorageClass(
    Ref("StorageClass", "", "sealed", "storage.k8s.io"),
    {"type": "gp3", "encrypted": "true"},
    default=True,
    created=CREATED,
)


def snapshot(*classes: StorageClass) -> Snapshot:
    inventory = Inventory()
    for item in classes:
        inventory.put(item)
    return Snapshot(inventory, CREATED)


def named(name: str, *, default: bool = False, age: int = 0) -> StorageClass:
    ref = Ref("StorageClass", "", name, "storage.k8s.io")
    return StorageClass(ref, {}, default, CREATED - timedelta(days=age))


def test_a_class_has_what_its_object_says() -> None:
    (kind,) = (kind for kind in KINDS if kind.kind == "StorageClass")
    assert kind.read(raw("StorageClass")) == SEALED


@pytest.mark.parametrize("asked, given", [("slow", "slow"), ("gone", None), ("", None), (None, "new")])
def test_a_claim_gets_the_class_that_it_names_or_the_newest_default(asked: str | None, given: str | None) -> None:
    cluster = snapshot(named("old", default=True, age=9), named("new", default=True, age=1), named("slow"))
    found = cluster.storage_class(asked)
    assert (found and found.ref.name) == given


def test_without_a_default_a_claim_that_names_none_gets_none() -> None:
    assert snapshot(named("slow"), replace(SEALED, default=False)).storage_class(None) is None
