"""
Whom other projects' objects are *about*, told as keys.

`()` is everybody, `("shop",)` a namespace, `("shop", "Deployment", "cart")` a workload, `("shop", "Service", "cart")`
whoever is behind that Service, and `("shop", "Secret", "cart-db")` whoever uses that Secret.
"""

Key = tuple[str, ...]
EVERYBODY: Key = ()


def keys_of(namespaces: tuple[str, ...] | None) -> tuple[Key, ...]:
    """The keys of some namespaces; None are all of them."""
    return (EVERYBODY,) if namespaces is None else tuple((name,) for name in namespaces)
