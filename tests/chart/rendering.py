"""The chart as Helm renders it: what tests of the chart ask."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from tests.cluster.packages import find, require
from tests.cluster.programs import Programs

CHART = Path(__file__).parents[2] / "charts" / "readiness-operator"
RELEASE, NAMESPACE = "ready", "readiness-system"

Raw = dict[str, Any]


class RefusedError(Exception):
    """Helm refused, in its own words."""


@dataclass(frozen=True, slots=True)
class Helm:
    """The pinned Helm, away from the user's own settings."""

    programs: Programs
    home: Path

    def run(self, *arguments: str) -> str:
        """What Helm prints; RefusedError with its complaint when it fails."""
        folders = {f"HELM_{kind}_HOME": str(self.home / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA")}
        done = subprocess.run(
            [str(self.programs.path("helm")), *arguments],
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.home), **folders},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode != 0:
            raise RefusedError(done.stderr)
        return done.stdout

    def template(self, values: Raw | None = None, *options: str) -> "Rendered":
        """The chart's objects, with these values over the defaults."""
        file = self.home / "values.json"
        file.write_text(json.dumps(values or {}))
        text = self.run("template", RELEASE, str(CHART), "-n", NAMESPACE, "-f", str(file), *options)
        return Rendered(text, tuple(document for document in yaml.safe_load_all(text) if document))


@dataclass(frozen=True, slots=True)
class Rendered:
    """The objects of a release."""

    text: str
    objects: tuple[Raw, ...]

    def all(self, kind: str) -> list[Raw]:
        """The objects of a kind, those of `helm test` included."""
        return [item for item in self.objects if item["kind"] == kind]

    def one(self, kind: str, suffix: str = "") -> Raw:
        """The object of a kind whose name ends so."""
        name = f"{RELEASE}-readiness-operator{suffix}"
        found = [item for item in self.all(kind) if item["metadata"]["name"] == name]
        assert len(found) == 1, f"{len(found)} of kind {kind} named {name}"
        return found[0]

    @property
    def pod(self) -> Raw:
        """The pod template of the operator."""
        template: Raw = self.one("Deployment")["spec"]["template"]
        return template

    @property
    def container(self) -> Raw:
        """The operator's container."""
        (container,) = self.pod["spec"]["containers"]
        return dict(container)


def promtool(*arguments: str) -> None:
    """Have Debian's promtool agree with something."""
    require({"promtool": "prometheus"})
    done = subprocess.run([str(find("promtool")), *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
