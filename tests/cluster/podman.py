"""podman with storage and configuration of its own in the cache; the machine's podman sees nothing of it."""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.cache import arriving
from tests.cluster.errors import ClusterError
from tests.cluster.mounts import on_overlay
from tests.cluster.packages import FOR_IMAGES, require, require_linux_root


@dataclass(frozen=True, slots=True)
class Podman:
    """A private podman."""

    folder: Path

    @classmethod
    def in_folder(cls, folder: Path) -> "Podman":
        """A podman whose storage and configuration lie in `folder`; installs the packages where root may."""
        require_linux_root()
        require(FOR_IMAGES)
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in _configuration(folder).items():
            (folder / name).write_text(text)
        return cls(folder)

    def has(self, image: str) -> bool:
        """Whether the storage holds an image of this name."""
        return self._start(["image", "exists", image], 60).returncode == 0

    def import_root(self, archive: Path, image: str, changes: Iterable[str]) -> None:
        """Make an image out of the archive of a root folder; `changes` are lines as in a Dockerfile."""
        options = [option for change in changes for option in ("--change", change)]
        self._run(["import", "--quiet", *options, str(archive), image])

    def load(self, archive: Path) -> None:
        """Take over images that another podman or docker saved."""
        self._run(["load", "--quiet", "--input", str(archive)])

    def build(self, context: Path, image: str, base: str, volumes: Mapping[Path, str], *, pull: bool) -> str:
        """Build a folder's Dockerfile upon `base`, finished layers reused; returns the image's id.

        Volumes (host path -> path for RUN steps) are read-only; an empty file at most stays in the image.
        """
        mounts = [f"--volume={host}:{inside}:ro" for host, inside in volumes.items()]
        self._run(
            [
                "build",
                "--layers",
                f"--pull={'missing' if pull else 'never'}",
                "--isolation=chroot",
                "--network=host",
                f"--build-arg=BASE={base}",
                *mounts,
                f"--tag={image}",
                str(context),
            ]
        )
        self._run(["image", "prune", "--force", "--filter=until=168h"])  # layers of last week's builds
        return self._run(["image", "inspect", "--format", "{{.Id}}", image]).strip()

    def save(self, image: str, target: Path) -> None:
        """Write an image as an OCI archive."""
        with arriving(target) as file:
            self._run(["save", "--quiet", "--format", "oci-archive", "--output", str(file), image])

    def _run(self, arguments: list[str]) -> str:
        done = self._start(arguments, 1800)
        if done.returncode != 0:
            tail = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
            raise ClusterError(f"`podman {' '.join(arguments)}` failed:\n{tail}")
        return done.stdout

    def _start(self, arguments: list[str], timeout: float) -> subprocess.CompletedProcess[str]:
        """Run podman in a mount namespace of its own, so that the mounts it forgets end with it."""
        configuration = {
            f"CONTAINERS_{kind}": str(self.folder / file)
            for kind, file in (
                ("CONF", "containers.conf"),
                ("STORAGE_CONF", "storage.conf"),
                ("REGISTRIES_CONF", "registries.conf"),
            )
        }
        environment = os.environ | configuration | {"TMPDIR": str(self.folder)}
        command = ["unshare", "--mount", "--propagation=private", "podman", *arguments]
        return subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


def save_from_machine(image: str, target: Path) -> bool:
    """Save an image of the machine's own podman, if that is in use and holds it; returns whether it did."""
    if shutil.which("podman") is None or not Path("/var/lib/containers/storage").is_dir():
        return False
    known = subprocess.run(["podman", "image", "exists", image], capture_output=True, timeout=60, check=False)
    if known.returncode != 0:
        return False
    subprocess.run(["podman", "save", "--quiet", "--output", str(target), image], timeout=600, check=True)
    return True


def _configuration(folder: Path) -> dict[str, str]:
    """podman without systemd, journal, registries, and within the limits that this process has."""
    driver = "vfs" if on_overlay(folder) else "overlay"
    wanted = {"nofile": (resource.RLIMIT_NOFILE, 65536), "nproc": (resource.RLIMIT_NPROC, 32768)}
    limits = ", ".join(f'"{name}={_limit(*limit)}"' for name, limit in wanted.items())
    return {
        "storage.conf": f"""\
[storage]
driver = "{driver}"
graphroot = "{folder}/storage"
runroot = "{folder}/run"
""",
        "containers.conf": f"""\
[containers]
default_ulimits = [{limits}]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "none"
lock_type = "file"
runtime = "runc"
tmp_dir = "{folder}/tmp"
volume_path = "{folder}/volumes"
[network]
network_config_dir = "{folder}/networks"
""",
        "registries.conf": 'unqualified-search-registries = ["docker.io"]\nshort-name-mode = "permissive"\n',
    }


def _limit(kind: int, most: int) -> str:
    """The hard limit of this process, for podman's own defaults may need a capability to be reached."""
    hard = resource.getrlimit(kind)[1]
    value = most if hard == resource.RLIM_INFINITY else min(hard, most)
    return f"{value}:{value}"
