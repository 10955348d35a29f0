"""Names of images: which of them mean the same."""

import pytest

from readiness.model.image import is_same

PINNED = f"registry.shop.example/cart@sha256:{'0f' * 32}"


@pytest.mark.parametrize(
    "wanted, image, image_id",
    [
        ("registry.shop.example/cart:1.2", "registry.shop.example/cart:1.2", ""),
        ("cart", "docker.io/library/cart:latest", ""),
        ("cart:1.2", f"cart:1.2@sha256:{'0f' * 32}", ""),
        (PINNED, PINNED, ""),
        (PINNED, "registry.shop.example/cart:1.2", PINNED),
        (PINNED, "mirror.shop.example/cart:1.2", f"mirror.shop.example/cart@sha256:{'0f' * 32}"),
        (PINNED, "cart:1.2", f"sha256:{'0f' * 32}"),
        (f"cart:1.2@sha256:{'0f' * 32}", "cart:9", PINNED),
    ],
)
def test_names_that_mean_the_same(wanted: str, image: str, image_id: str) -> None:
    assert is_same(wanted, image, image_id)


@pytest.mark.parametrize(
    "wanted, image, image_id",
    [
        ("registry.shop.example/cart:1.2", "registry.shop.example/cart:1.3", ""),
        ("registry.shop.example/cart:1.2", "other.shop.example/cart:1.2", ""),
        ("cart:1.2", "cart", ""),
        ("cart", f"cart@sha256:{'0f' * 32}", ""),
        (PINNED, f"registry.shop.example/cart@sha256:{'1e' * 32}", ""),
        (PINNED, "registry.shop.example/cart:1.2", f"registry.shop.example/cart@sha256:{'1e' * 32}"),
        (PINNED, "registry.shop.example/cart:1.2", ""),
        (PINNED, "", ""),
    ],
)
def test_names_that_do_not(wanted: str, image: str, image_id: str) -> None:
    assert not is_same(wanted, image, image_id)
