"""The programs of a Kubernetes node, built from the modules that tests/cluster/go pins, and cached."""

import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.cache import arriving, cache_root, content_hash, locked, progress
from tests.cluster.errors import ClusterError
from tests.cluster.golang import Toolchain, find_toolchain

PINS = Path(__file__).parent / "go"
KWOK_STAGES = ("pod/fast", "node/fast", "node/heartbeat")


@dataclass(frozen=True, slots=True)
class Family:
    """Programs out of one Go module; one module per family, because their dependencies disagree."""

    module: str  # the folder below go/
    packages: tuple[str, ...]
    tags: str = ""

    @property
    def folder(self) -> Path:
        """The folder that holds go.mod and go.sum."""
        return PINS / self.module

    @property
    def pins(self) -> tuple[Path, Path]:
        """The two files that decide what is built."""
        return self.folder / "go.mod", self.folder / "go.sum"


_KUBERNETES = (
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "kube-proxy",
    "kubectl",
)
_CONTAINERD = ("containerd", "containerd-shim-runc-v2", "ctr")

FAMILIES = (
    Family("etcd", ("go.etcd.io/etcd/server/v3",)),
    Family(
        "containerd",
        tuple(f"github.com/containerd/containerd/v2/cmd/{name}" for name in _CONTAINERD),
        tags="no_btrfs,no_zfs,no_devmapper",
    ),
    Family("kubernetes", tuple(f"k8s.io/kubernetes/cmd/{name}" for name in _KUBERNETES)),
    Family("helm", ("helm.sh/helm/v4/cmd/helm",)),
    Family("kwok", ("sigs.k8s.io/kwok/cmd/kwok",)),
)


@dataclass(frozen=True, slots=True)
class Programs:
    """The folder of finished programs; what is in it never changes, for its name is the hash of the pins."""

    folder: Path

    @property
    def bin(self) -> Path:
        """The folder for PATH."""
        return self.folder / "bin"

    @property
    def kwok_stages(self) -> Path:
        """The YAML that tells kwok how pods and nodes live."""
        return self.folder / "kwok-stages.yaml"

    def path(self, name: str) -> Path:
        """One program's path, or ClusterError saying how to get it."""
        path = self.bin / name
        if not path.exists():
            raise ClusterError(f"{path} is missing; build it: python -m tests.cluster build")
        return path


def cached_programs() -> Programs:
    """Where the programs of the present pins are, or will be after build()."""
    pins = [pin for family in FAMILIES for pin in family.pins]
    return Programs(cache_root() / content_hash(pins, repr([(f.packages, f.tags) for f in FAMILIES])))


def build() -> Programs:
    """Build what is missing (everything, cold: 8 minutes on two cores) and return where it is."""
    programs = cached_programs()
    if _complete(programs):
        return programs
    with locked("programs"):
        if not _complete(programs):  # another run may have built them while this one waited
            toolchain = find_toolchain(family.folder / "go.mod" for family in FAMILIES)
            missing = _missing(programs)
            progress(f"building {len(missing)} programs into {programs.bin}, kept for later runs")
            for number, (family, package) in enumerate(missing, 1):
                _build(toolchain, family, package, programs, f"{number}/{len(missing)}")
            _keep_stages(toolchain, programs)
    return programs


def program_name(package: str) -> str:
    """What a Go package's program is called; etcd's own server package is named after its folder."""
    return "etcd" if package.startswith("go.etcd.io/etcd/server") else package.rpartition("/")[2]


def version_stamps(kubernetes: str) -> str:
    """The -ldflags without which Kubernetes' programs say that they are v0.0.0."""
    version = re.fullmatch(r"v(\d+)\.(\d+)\..+", kubernetes)
    if not version:
        raise ClusterError(f"{kubernetes!r} is no version of Kubernetes")
    stamps = {"gitVersion": kubernetes, "gitMajor": version[1], "gitMinor": version[2]}
    return " ".join(f"-X k8s.io/component-base/version.{name}={value}" for name, value in stamps.items())


def pinned_version(go_mod: str, path: str) -> str:
    """The version at which a go.mod requires a module."""
    required = re.search(rf"^\s*(?:require )?{re.escape(path)} (v\S+)", go_mod, re.MULTILINE)
    if not required:
        raise ClusterError(f"no version of {path} is pinned")
    return required[1]


def _complete(programs: Programs) -> bool:
    return programs.kwok_stages.exists() and not _missing(programs)


def _missing(programs: Programs) -> list[tuple[Family, str]]:
    return [
        (family, package)
        for family in FAMILIES
        for package in family.packages
        if not (programs.bin / program_name(package)).exists()
    ]


def _build(toolchain: Toolchain, family: Family, package: str, programs: Programs, count: str) -> None:
    name = program_name(package)
    began = time.monotonic()
    kubernetes = pinned_version((PINS / "kubernetes/go.mod").read_text(), "k8s.io/kubernetes")
    stamps = version_stamps(kubernetes) if family.module == "kubernetes" else ""
    toolchain.build(family.folder, package, programs.bin / name, tags=family.tags, ldflags=stamps)
    progress(f"{count} {name} {time.monotonic() - began:.0f} s")


def _keep_stages(toolchain: Toolchain, programs: Programs) -> None:
    """Copy kwok's stages out of the module cache, so that a later start needs no module cache."""
    module = toolchain.module_folder(PINS / "kwok", "sigs.k8s.io/kwok")
    stages = [
        stage for folder in KWOK_STAGES for stage in sorted((module / "kustomize/stage" / folder).glob("*-*.yaml"))
    ]
    with arriving(programs.kwok_stages) as file, file.open("w") as output:
        for stage in stages:
            output.write("---\n")
            with stage.open() as source:
                shutil.copyfileobj(source, output)
