"""The cluster's own view of the file system: what its programs write to fixed places stays inside."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from tests.cluster.errors import ClusterError
from tests.cluster.layout import Layout

# Fixed paths in containerd, runc, the CNI plugins and kubelet (sockets of shims, /var/run/netns, device
# plugins, container logs) would be shared with the machine and between clusters.
_OVERLAID = ("/var/lib", "/var/log")
_REPLACED = "/run"

# kubelet sets these for the whole kernel; it finds them as it wants them, and the machine's stay as they are.
KERNEL_SETTINGS: Mapping[str, int] = MappingProxyType(
    {
        "vm/overcommit_memory": 1,
        "vm/panic_on_oom": 0,
        "kernel/panic": 10,
        "kernel/panic_on_oops": 1,
        "kernel/keys/root_maxkeys": 1_000_000,
        "kernel/keys/root_maxbytes": 25_000_000,
    }
)


def set_up(layout: Layout) -> str:
    """The script that makes the view; inside a mount namespace whose propagation was private till now."""
    lines = ["mount -n --make-rshared /", f"mount -n -t tmpfs -o mode=755 tmpfs {_REPLACED}"]
    for number, folder in enumerate(_OVERLAID):
        upper, work = f"{_REPLACED}/overlay/{number}/upper", f"{_REPLACED}/overlay/{number}/work"
        lines += [
            f"mkdir -p {upper} {work}",
            f"mount -t overlay -o lowerdir={folder},upperdir={upper},workdir={work} overlay {folder}",
        ]
    for number, (setting, value) in enumerate(KERNEL_SETTINGS.items()):
        stand_in = f"{_REPLACED}/setting-{number}"
        lines += [f"echo {value} >{stand_in}", f"mount --bind {stand_in} /proc/sys/{setting}"]
    if on_overlay(layout.folder):  # in a container, say: containerd's own overlays need another file system below
        lines += [f"mkdir {layout.images}", f"mount -t tmpfs tmpfs {layout.images}"]
    return "\n".join(lines)


def on_overlay(folder: Path) -> bool:
    """Whether a folder lies on an overlay, which cannot carry another one's upper layer."""
    kind = subprocess.run(["stat", "-f", "-c", "%T", str(folder)], capture_output=True, text=True, check=True)
    return kind.stdout.strip() == "overlayfs"


def refuse_hidden(folder: Path) -> None:
    """Refuse a state folder that the view would hide from the cluster."""
    for hidden in (*_OVERLAID, _REPLACED):
        if folder.resolve().is_relative_to(Path(hidden).resolve()):
            raise ClusterError(f"a cluster cannot live in {folder}: {hidden} looks different from inside; use /tmp")
