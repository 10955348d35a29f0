"""Other tools that judge manifests: how each is called, where it comes from, and what it needs besides."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.bench.progress import tell
from tests.cluster.cache import arriving, cache_root, content_hash, locked
from tests.cluster.golang import Toolchain, find_toolchain
from tests.cluster.programs import PINS

_BENCH_PINS = Path(__file__).parent / "go"  # a folder for each, whose go.mod is the one place for its version
_POLICIES = Path(__file__).parent / "kyverno_policies.yaml"


@dataclass(frozen=True, slots=True)
class Peer:
    """
    A tool. `command` makes the call that judges the manifests of a folder, from its program and that folder.

    `package` is what the Go module proxy has; one without is used only where it is on the PATH.
    """

    name: str
    command: Callable[[str, Path], Sequence[str]]
    program: str
    package: str = ""

    def find(self) -> str | None:
        """The path of its program: the one that was built here, else the one on the PATH."""
        built = self.built
        return str(built) if self.package and built.exists() else shutil.which(self.program)

    @property
    def built(self) -> Path:
        """Where its program is kept once it is built; another version is another path."""
        return cache_root() / f"peers/{content_hash((_BENCH_PINS / self.program).glob('go.*'))}" / self.program

    def build(self, toolchain: Toolchain) -> None:
        """Build it if it is not there. Raises ClusterError."""
        if not self.built.exists():
            tell(f"building {self.program}")
            toolchain.build(_BENCH_PINS / self.program, self.package, self.built)


def _files(folder: Path) -> list[str]:
    return [str(path) for path in sorted(folder.rglob("*.yaml"))]


def _validate(program: str, folder: Path) -> list[str]:
    location = f"{schemas()}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json"
    return [program, "-strict", "-n", "2", "-output", "json", "-schema-location", location, str(folder)]


def _apply(program: str, folder: Path) -> list[str]:
    """File by file: it looks into one folder, and not into those below it."""
    resources = [word for path in _files(folder) for word in ("--resource", path)]
    return [program, "apply", str(_POLICIES), *resources, "--policy-report", "--output-format", "json"]


PEERS = (
    Peer("kubeconform (validity only)", _validate, "kubeconform", "github.com/yannh/kubeconform/cmd/kubeconform"),
    Peer(
        "kube-score",
        lambda program, folder: [program, "score", "--all-default-optional", "-o", "json", *_files(folder)],
        "kube-score",
        "github.com/zegl/kube-score/cmd/kube-score",
    ),
    Peer(
        "Kyverno with ten policies",
        _apply,
        "kubectl-kyverno",
        "github.com/kyverno/kyverno/cmd/cli/kubectl-kyverno",
    ),
    Peer(
        "kube-linter",
        lambda program, folder: [program, "lint", "--format", "json", str(folder)],
        "kube-linter",
    ),
    Peer(
        "kube-linter with all checks",
        lambda program, folder: [program, "lint", "--add-all-built-in", "--format", "json", str(folder)],
        "kube-linter",
    ),
    Peer(
        "Polaris",
        lambda program, folder: [program, "audit", "--audit-path", str(folder), "--format", "json"],
        "polaris",
    ),
)


def install() -> None:
    """Build those that the Go module proxy has, where they are not built yet. Raises ClusterError."""
    wanted = [peer for peer in PEERS if peer.package]
    tell("what is not built yet is built; Kyverno takes a quarter of an hour")
    with locked("peers"):
        toolchain = find_toolchain(_BENCH_PINS / peer.program / "go.mod" for peer in wanted)
        for peer in wanted:
            peer.build(toolchain)


@cache
def schemas() -> Path:
    """
    A folder of JSON Schemas by kind, since kubeconform's own come from the internet.

    They are cut out of the OpenAPI documents of the Kubernetes that the tests run.
    """
    module = PINS / "kubernetes"
    folder = cache_root() / f"peers/schemas-{content_hash([module / 'go.mod', Path(__file__)])}"
    if not folder.exists():
        sources = find_toolchain([module / "go.mod"]).module_folder(module, "k8s.io/kubernetes")
        with arriving(folder) as arriving_folder:
            arriving_folder.mkdir()
            for path in (sources / "api/openapi-spec/v3").glob("api*__v*_openapi.json"):
                _cut(json.loads(path.read_text()), arriving_folder)
    return folder


def _cut(document: dict[str, Any], folder: Path) -> None:
    """Write each kind's schema as `deployment-apps-v1.json`, with all that it refers to."""
    components = {"schemas": document["components"]["schemas"]}
    for name, schema in components["schemas"].items():
        for kind in schema.get("x-kubernetes-group-version-kind", ()):
            found = {"$ref": f"#/components/schemas/{name}", "components": components}
            group = kind["group"].partition(".")[0]
            suffix = f"-{group}-{kind['version']}" if group else f"-{kind['version']}"
            (folder / f"{kind['kind'].lower()}{suffix}.json").write_text(json.dumps(found))
