"""Where the files of one cluster lie; everything below one folder, which goes when the cluster goes."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.errors import ClusterError

FOLDER_PREFIX = "readiness-cluster-"
_LONGEST = 70  # characters of the folder: socket paths below it must stay under 108


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of the cluster `name` in `folder`."""

    name: str
    folder: Path

    @classmethod
    def of(cls, name: str, folder: Path | None = None) -> "Layout":
        """The layout of a cluster by its name, with the usual folder unless told otherwise."""
        if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?", name):
            raise ClusterError(f"{name!r} is no name for a cluster: use up to 40 of a-z, 0-9 and -")
        folder = (folder or Path("/tmp") / f"{FOLDER_PREFIX}{name}").absolute()
        if len(str(folder)) > _LONGEST:
            raise ClusterError(f"{folder} is too long: sockets below it would pass the limit of 108 characters")
        return cls(name, folder)

    @property
    def cgroup(self) -> str:
        """The name of the cgroup that holds the pods."""
        return f"readiness-{self.name}"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig; its address exists inside the cluster's network only."""
        return self.folder / "kubeconfig"

    @property
    def audit_log(self) -> Path:
        """The API server's audit log, one JSON event per line."""
        return self.folder / "audit.log"

    @property
    def containerd_socket(self) -> Path:
        """Where containerd listens."""
        return self.folder / "containerd.sock"

    @property
    def images(self) -> Path:
        """containerd's store of images and of containers' files."""
        return self.folder / "containerd"

    @property
    def authority(self) -> Path:
        """The API server's self-made certificate, which is also what clients trust."""
        return self.folder / "certs" / "apiserver.crt"

    def pid(self, component: str) -> Path:
        """The file with a component's process number, as seen inside."""
        return self.folder / "pids" / component

    def log(self, component: str) -> Path:
        """A component's log."""
        return self.folder / f"{component}.log"

    def log_tail(self, component: str, lines: int = 15) -> str:
        """The end of a component's log, for an error message."""
        log = self.log(component)
        tail = log.read_text(errors="replace").splitlines()[-lines:] if log.exists() else ["(nothing)"]
        return "\n".join([f"--- {log}", *tail])
