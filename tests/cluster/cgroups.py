"""A cgroup per cluster for kubelet to root its pods in, on cgroup v1, v2 and the two mixed."""

import errno
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.cluster.errors import ClusterError

MOUNT = Path("/sys/fs/cgroup")
_CONTROLLERS = ("cpuset", "cpu", "io", "memory", "hugetlb", "pids")  # what kubelet looks for on v2


def create(name: str) -> None:
    """Make the cgroup in every hierarchy; kubelet refuses a root that is not there."""
    for hierarchy in hierarchies():
        if (hierarchy / "cgroup.controllers").exists():
            _delegate(hierarchy)
        group = hierarchy / name
        try:
            group.mkdir(exist_ok=True)
        except OSError as error:
            raise ClusterError(f"{group} cannot be made ({error.strerror}); cgroups must be writable here") from error
        for setting in (
            "cpuset.cpus",
            "cpuset.mems",
        ):  # empty in a new v1 cpuset, which then takes no process
            if (group / setting).exists() and not (hierarchy / "cgroup.controllers").exists():
                (group / setting).write_text((hierarchy / setting).read_text())


def remove(name: str, patience: float = 5) -> None:
    """Remove the cgroup and those of its pods; the kernel needs a moment after the last process ended."""
    deadline = time.monotonic() + patience
    while remaining := [group for hierarchy in hierarchies() if (group := hierarchy / name).exists()]:
        for group in remaining:
            _remove_tree(group)
        if time.monotonic() > deadline:
            raise ClusterError(f"these cgroups cannot be removed: {' '.join(map(str, remaining))}")
        time.sleep(0.02)


def hierarchies() -> Iterator[Path]:
    """The folders that hold cgroups: the mount itself on v2, its subfolders on v1 (each controller once)."""
    if (MOUNT / "cgroup.controllers").exists():
        yield MOUNT
        return
    yield from sorted({folder.resolve() for folder in MOUNT.iterdir() if (folder / "cgroup.procs").exists()})


def _delegate(hierarchy: Path) -> None:
    """Pass the v2 controllers on to children, which a cgroup that holds processes itself cannot."""
    available = (hierarchy / "cgroup.controllers").read_text().split()
    passed_on = hierarchy / "cgroup.subtree_control"
    wanted = [f"+{name}" for name in _CONTROLLERS if name in available and name not in passed_on.read_text().split()]
    if not wanted:
        return
    try:
        passed_on.write_text(" ".join(wanted))
    except OSError as error:
        if error.errno != errno.EBUSY:
            raise ClusterError(f"{passed_on} refuses {' '.join(wanted)} ({error.strerror})") from error
        _vacate(hierarchy)
        passed_on.write_text(" ".join(wanted))


def _vacate(hierarchy: Path) -> None:
    """Move the processes of a container's topmost cgroup into a child, as every node in a container does."""
    child = hierarchy / "init"
    child.mkdir(exist_ok=True)
    for pid in (hierarchy / "cgroup.procs").read_text().split():
        with suppress(OSError):  # ended meanwhile, or of outside
            (child / "cgroup.procs").write_text(pid)


def _remove_tree(group: Path) -> None:
    for folder, _, _ in os.walk(group, topdown=False):
        with suppress(OSError):  # busy for a moment yet, or gone already: remove() looks again
            Path(folder).rmdir()
