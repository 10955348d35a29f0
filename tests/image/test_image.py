"""The image of the Dockerfile: small, without surprises, and at work under the harshest securityContext."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cluster import images
from tests.cluster.base_image import provide_base
from tests.cluster.cache import cache_root, locked
from tests.cluster.podman import Podman

from readiness import __version__

pytestmark = [pytest.mark.image, pytest.mark.timeout(300, func_only=True)]

Raw = dict[str, Any]
_INSIDE = Path(__file__).with_name("inside.py")
_FOREIGN_UID = 12345  # as where a cluster gives each namespace a range of its own
_MOST = 130_000_000  # bytes that the image may add to its base
_HARSH = (
    "--network=none", f"--user={_FOREIGN_UID}:{_FOREIGN_UID}", "--cap-drop=ALL", "--security-opt=no-new-privileges",
    "--read-only", "--read-only-tmpfs=false", "--tmpfs=/tmp:rw,noexec,nosuid,nodev,size=16m",
    "--memory=256m", "--pids-limit=128",
)  # fmt: skip


@pytest.fixture(scope="module")
def podman() -> Iterator[Podman]:
    """The podman that holds the image, built from the Dockerfile as it is now."""
    images.operator_archive()
    with locked("podman"):
        yield Podman.in_folder(cache_root() / "images" / "podman")


def _inspect(podman: Podman, image: str) -> Raw:
    return dict(json.loads(podman._run(["image", "inspect", image]))[0])


@pytest.fixture(scope="module")
def image(podman: Podman) -> Raw:
    """What podman knows of the image."""
    return _inspect(podman, images.OPERATOR)


@pytest.fixture(scope="module")
def inside(podman: Podman, image: Raw) -> Raw:
    """What tests/image/inside.py finds in a container that may do nothing."""
    entrypoint = json.dumps(image["Config"]["Entrypoint"])
    command = ["run", "--rm", *_HARSH, f"--volume={_INSIDE}:/inside.py:ro", "--entrypoint=python"]
    return dict(json.loads(podman._run([*command, images.OPERATOR, "/inside.py", entrypoint])))


def test_it_is_configured_for_kubernetes(image: Raw) -> None:
    config = image["Config"]
    assert config["User"] == "65532:65532"  # numeric, or kubelet cannot verify runAsNonRoot
    assert config["Entrypoint"] == ["python", "-m", "readiness"]
    assert config["Cmd"] == ["run"]
    assert config["StopSignal"] == "SIGTERM"
    assert config["Labels"]["org.opencontainers.image.title"] == "readiness-operator"


def test_it_adds_little_to_its_base(podman: Podman, image: Raw) -> None:
    base, _ = provide_base(podman)
    assert image["Size"] - _inspect(podman, base)["Size"] < _MOST


def test_it_adds_two_layers_so_that_a_new_version_is_a_small_download(podman: Podman, image: Raw) -> None:
    base, _ = provide_base(podman)
    beneath = _inspect(podman, base)["RootFS"]["Layers"]
    assert image["RootFS"]["Layers"][: len(beneath)] == beneath
    assert len(image["RootFS"]["Layers"]) == len(beneath) + 2


def test_it_runs_as_any_user_without_a_single_right(inside: Raw) -> None:
    status = inside["status"]
    assert set(status["Uid"].split()) == {str(_FOREIGN_UID)}
    assert {int(status[key], 16) for key in ("CapEff", "CapBnd")} == {0}
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert inside["writable"] == ["/tmp"]


def test_its_command_answers(inside: Raw) -> None:
    assert (inside["version"]["code"], inside["version"]["out"]) == (0, f"readiness {__version__}\n")


def test_it_judges_manifests(inside: Raw) -> None:
    audit = inside["audit"]
    assert audit["code"] == 1, audit["err"]
    (report,) = json.loads(audit["out"])["items"]
    assert report["status"]["verdict"] == "NoGo"


def test_it_reads_a_kubeconfig_and_fails_for_want_of_a_server_only(inside: Raw) -> None:
    scan = inside["scan"]
    assert scan["code"] == 2
    assert "127.0.0.1:1" in scan["err"] or "connect" in scan["err"].lower()
    assert "Traceback" not in scan["err"]


def test_nothing_is_compiled_at_start(inside: Raw) -> None:
    assert inside["uncompiled"] == []


def test_what_is_not_needed_is_not_there(inside: Raw) -> None:
    assert inside["modules"] == ["readiness"]


def test_nothing_is_imported_from_where_somebody_may_write(inside: Raw) -> None:
    assert not [path for path in inside["paths"] if path in ("", ".") or path.startswith("/tmp")]
