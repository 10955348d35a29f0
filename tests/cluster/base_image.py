"""What stands in for the official Python image where no container registry is reachable: Debian's Python."""

import os
import subprocess
import tempfile
from pathlib import Path

from tests.cluster.cache import arriving, cache_root, content_hash, progress
from tests.cluster.errors import ClusterError
from tests.cluster.packages import FOR_BASE_IMAGE, require
from tests.cluster.podman import Podman, save_from_machine

OFFICIAL = "docker.io/library/python:3.13-slim-trixie"
_SUITE, _PYTHON = "trixie", "python3.13"
_PIP = "/usr/share/python-wheels/pip-*.whl"
_UNWANTED = ("/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*")

# What the official image has and Debian does not: `python` and `pip` in /usr/local/bin, free of Debian's guard.
_HOOKS = (
    f'for n in python python3 {_PYTHON}; do ln -s /usr/bin/{_PYTHON} "$1/usr/local/bin/$n"; done',
    f'rm -f "$1/usr/lib/{_PYTHON}/EXTERNALLY-MANAGED"',
    f"chroot \"$1\" sh -c 'for wheel in {_PIP}; do python3 $wheel/pip install -q --no-index $wheel; done'",
)
_CHANGES = (
    'CMD ["python3"]',
    "ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin",
    "ENV LANG=C.UTF-8",
)


def provide_base(podman: Podman) -> tuple[str, bool]:
    """The name to build upon, and whether podman may pull it: $READINESS_BASE_IMAGE, or the official name.

    The latter stands for the real image where this machine has it, else for one made of Debian packages.
    """
    chosen = os.environ.get("READINESS_BASE_IMAGE")
    if chosen:
        return chosen, True
    if not podman.has(OFFICIAL):
        with tempfile.TemporaryDirectory(dir=podman.folder) as workplace:
            saved = Path(workplace) / "base.tar"
            if save_from_machine(OFFICIAL, saved):
                podman.load(saved)
                return OFFICIAL, False
        podman.import_root(_stand_in(), OFFICIAL, _CHANGES)
    return OFFICIAL, False


def _stand_in() -> Path:
    """The archive of the stand-in's root folder, out of the cache or made now (half a minute)."""
    command = [
        "mmdebstrap", "--quiet", "--mode=root", "--variant=apt", "--format=tar",
        "--include=python3-venv,ca-certificates",
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in _UNWANTED),
        *(f"--customize-hook={hook}" for hook in _HOOKS),
        _SUITE,
    ]  # fmt: skip
    target = cache_root() / "images" / f"base-{content_hash([], *command)}.tar"
    if not target.exists():
        require(FOR_BASE_IMAGE)
        progress(f"making a stand-in for {OFFICIAL} out of Debian {_SUITE} packages")
        with arriving(target) as archive:
            done = subprocess.run([*command, str(archive)], capture_output=True, text=True, timeout=1800, check=False)
            if done.returncode != 0:
                remedy = "Where a container registry is reachable, set READINESS_BASE_IMAGE instead."
                raise ClusterError(f"mmdebstrap failed:\n{done.stderr[-2000:]}\n{remedy}")
    return target
