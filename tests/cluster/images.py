"""The images that pods run: the sandbox, the sample workload, and the operator from its Dockerfile."""

import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from tests.cluster.archive import write_image
from tests.cluster.base_image import provide_base
from tests.cluster.cache import cache_root, content_hash, locked, progress
from tests.cluster.errors import ClusterError
from tests.cluster.golang import find_toolchain
from tests.cluster.pip_settings import pip_volumes
from tests.cluster.podman import Podman
from tests.cluster.programs import PINS

REPOSITORY = Path(__file__).parents[2]

PAUSE = "localhost/pause:1"
SAMPLE = "localhost/readiness-sample:1"
OPERATOR = "localhost/readiness-operator:test"

_DAY = 24 * 3600


def pause_archive() -> Path:
    """The sandbox image that kubelet puts under each pod."""
    return _program_image("pause", PAUSE)


def sample_archive() -> Path:
    """The sample workload: a server that answers what it is told to; see tests/cluster/go/sample."""
    return _program_image("sample", SAMPLE)


def operator_archive(context: Path = REPOSITORY, name: str = OPERATOR) -> Path:
    """The image of the Dockerfile in `context`, as an archive whose name is the image's id.

    podman itself decides what of an earlier build is still good, so this is never older than the sources.
    """
    if not (context / "Dockerfile").exists():
        raise ClusterError(f"{context} has no Dockerfile to build")
    folder = cache_root() / "images"
    with locked("podman"):
        podman = Podman.in_folder(folder / "podman")
        base, pull = provide_base(podman)
        progress(f"building {name} upon {base}")
        with tempfile.TemporaryDirectory(prefix="image-") as workplace:
            image = podman.build(context, name, base, pip_volumes(Path(workplace)), pull=pull)
        prefix = name.rpartition("/")[2].replace(":", "-")
        archive = folder / f"{prefix}-{image[:16]}.tar"
        if not archive.exists():
            _forget_old(folder.glob(f"{prefix}-*.tar"))
            podman.save(name, archive)
    return archive


def _program_image(module: str, name: str) -> Path:
    """An image out of one of our own Go programs, rebuilt when its sources change."""
    folder = PINS / module
    sources = [folder / "go.mod", *folder.glob("*.go")]
    archive = cache_root() / "images" / f"{module}-{content_hash(sources, name)}.tar"
    with locked(module):
        if not archive.exists():
            progress(f"building {name}")
            _forget_old(archive.parent.glob(f"{module}-*.tar"))
            with tempfile.TemporaryDirectory() as workplace:
                program = Path(workplace) / module
                find_toolchain([folder / "go.mod"]).build(folder, ".", program)
                write_image(archive, name, program)
    return archive


def _forget_old(archives: Iterable[Path]) -> None:
    """Remove archives of earlier sources, or the cache would only grow; after a day no run needs them."""
    for archive in archives:
        if time.time() - archive.stat().st_mtime > _DAY:
            archive.unlink(missing_ok=True)
