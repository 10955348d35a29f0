"""Which scripts hand over to the program, so that it gets the signals."""

import time

import pytest
from tests.cases import NOW

from readiness.checks import CATALOGUE
from readiness.model import Container, Fail, PodSpec, Ref, Snapshot, Workload
from readiness.model.inventory import Inventory

CLUSTER = Snapshot(Inventory(), NOW)


def fails(*arguments: str) -> bool:
    """Whether a container that starts so fails."""
    check = CATALOGUE.get("signal-handling")
    assert check is not None
    pod = PodSpec("spec", containers=(Container("app", "spec.containers[app]", arguments=arguments),))
    workload = Workload(Ref("Deployment", "shop", "cart", "apps"), "apps/v1", pod)
    return any(isinstance(item, Fail) for item in check(workload, CLUSTER))


@pytest.mark.parametrize(
    "script, hides",
    [
        ("cart --serve", True),
        ("exec cart --serve", False),
        ('exec "$@"', False),
        ("set -e\n  exec cart", False),
        ("migrate && exec cart", False),
        ("if test -f a; then exec cart; fi", False),
        ("{ exec cart; }", False),
        ("CART_MODE=batch GOGC=50 exec cart", False),
        ("exec 2>&1; cart", True),
        ("exec >/logs/cart; cart", True),
        ("kubectl exec cart", True),
        ("myexec cart", True),
        ("trap 'kill 0' TERM; cart & wait", False),
        ("", True),
    ],
)
def test_a_script_hands_over_by_exec_or_catches_signals(script: str, *, hides: bool) -> None:
    assert fails("/bin/sh", "-c", script) is hides


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("cart",),
        ("sh",),
        ("sh", "/start.sh"),
        ("bash", "-l"),
        ("/usr/bin/fish", "-c", "cart"),
        ("tini", "--", "sh"),
    ],
)
def test_what_is_no_script_is_not_judged(arguments: tuple[str, ...]) -> None:
    assert not fails(*arguments)


@pytest.mark.parametrize("text", ["\n", " ", "; ", "A=1 ", "exec ", "then\n"])
def test_no_script_takes_long(text: str) -> None:
    started = time.process_time()
    fails("sh", "-c", text * 50_000)
    assert time.process_time() - started < 2
