"""What must be on the machine and is no Go program: looked up, and installed by apt-get where root may."""

import os
import platform
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from tests.cluster.cache import locked, progress
from tests.cluster.errors import ClusterError

CNI_FOLDERS = (Path("/usr/lib/cni"), Path("/opt/cni/bin"), Path("/usr/libexec/cni"))

FOR_NODES: Mapping[str, str] = MappingProxyType(
    {  # command -> Debian package
        "runc": "runc",
        "ptp": "containernetworking-plugins",
        "ip": "iproute2",
        "iptables": "iptables",
        "openssl": "openssl",
        "curl": "curl",
    }
)
FOR_IMAGES: Mapping[str, str] = MappingProxyType({"podman": "podman", "netavark": "netavark", "runc": "runc"})
FOR_BASE_IMAGE: Mapping[str, str] = MappingProxyType({"mmdebstrap": "mmdebstrap"})

_SEARCHED = os.pathsep.join(
    [
        "/usr/local/sbin",
        "/usr/local/bin",
        "/usr/sbin",
        "/usr/bin",
        "/sbin",
        "/bin",
        "/usr/lib/podman",
        "/usr/libexec/podman",
        *map(str, CNI_FOLDERS),
    ]
)


def require_linux_root() -> None:
    """Refuse early and clearly where no node can run: it needs namespaces, cgroups and mounts of its own."""
    remedy = "Run it as root on Linux, or use any cluster in KUBECONFIG, or the offline `readiness audit`."
    if platform.system() != "Linux":
        raise ClusterError(f"a Kubernetes node needs Linux, and this is {platform.system()}. {remedy}")
    if os.geteuid() != 0:
        raise ClusterError(f"a Kubernetes node needs root, and this is user {os.geteuid()}. {remedy}")


def find(command: str) -> Path | None:
    """Where a system command or network plugin lies; Debian's sbin folders count, whatever PATH says."""
    found = shutil.which(command, path=_SEARCHED) or shutil.which(command)
    return Path(found) if found else None


def require(commands: Mapping[str, str]) -> None:
    """Have all commands on the machine, installing their Debian packages when root may."""
    packages = missing_packages(commands)
    if packages:
        with locked("apt"):
            packages = missing_packages(commands)  # another run may have installed them while this one waited
            if packages:
                _install(packages)


def missing_packages(commands: Mapping[str, str]) -> list[str]:
    """The Debian packages of those commands that are not there."""
    return sorted({package for command, package in commands.items() if find(command) is None})


def _install(packages: list[str]) -> None:
    wish = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise ClusterError(f"these Debian packages are missing: {' '.join(packages)}. Install them: {wish}")
    progress(f"installing {' '.join(packages)}")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], [*wish.split(), "-qq"]):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900, check=False)
        if done.returncode != 0:
            raise ClusterError(f"`{' '.join(command)}` failed:\n{done.stderr[-2000:]}")
