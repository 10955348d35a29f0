"""Where the demo runs: a cluster of its own, unless DEMO_KUBECONFIG and DEMO_IMAGE name another one and its image."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from demo.errors import DemoError
from demo.progress import say
from tests.cluster import images
from tests.cluster.machine import Cluster
from tests.cluster.programs import build

NAME = "demo"


class Place(Protocol):
    """A cluster, and how to talk to it; it raises what `errors.FAILURES` lists."""

    typed: str  # how a person types kubectl for it

    def kubectl(self, *arguments: str, input: str | None = None) -> str:  # noqa: A002 - the name subprocess.run uses
        """The output of kubectl."""

    def helm(self, *arguments: str) -> str:
        """The output of helm."""

    def start(self) -> None:
        """Have it run."""

    def provide_images(self) -> "Images":
        """Have the images where pods can use them."""

    def end(self) -> bool:
        """Remove it; False when it is not ours, so that only what was put there may go."""


@dataclass(frozen=True, slots=True)
class Images:
    """The operator's image and the samples', how they are pulled, and what changes when the former's content does."""

    operator: str
    sample: str
    pull_policy: str
    content: str


class OwnCluster:
    """A one-node cluster on this machine."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.typed = f"{_python()} -m tests.cluster --name {cluster.name} kubectl"
        self.kubectl = cluster.kubectl
        self.helm = cluster.helm

    def start(self) -> None:
        """Build the programs that are missing, and start them unless they run."""
        if self._cluster.running:
            say("the demo's cluster runs already")
            return
        say("starting a one-node cluster (the first time on a machine, its programs are built: minutes)")
        self._cluster.start()

    def provide_images(self) -> Images:
        """Build both images and import them into the node."""
        say("building the operator's image from the Dockerfile")
        operator = images.operator_archive()
        say("loading the images into the node")
        self._cluster.load_image(operator)
        self._cluster.load_image(images.sample_archive())
        return Images(images.OPERATOR, images.SAMPLE, "Never", operator.stem)

    def end(self) -> bool:
        """End the cluster, and everything with it."""
        self._cluster.stop()
        return True


class GivenCluster:
    """Somebody's cluster, which can pull the images itself."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        kubeconfig = Path(environment["DEMO_KUBECONFIG"]).expanduser().absolute()
        if not kubeconfig.is_file():
            raise DemoError(f"DEMO_KUBECONFIG names {kubeconfig}, and there is no such file")
        self._environment = {**environment, "KUBECONFIG": str(kubeconfig)}
        self.typed = f"kubectl --kubeconfig {kubeconfig}"
        self._operator = environment["DEMO_IMAGE"]
        self._sample = environment.get("DEMO_SAMPLE_IMAGE", images.SAMPLE)

    def kubectl(self, *arguments: str, input: str | None = None) -> str:  # noqa: A002 - the name subprocess.run uses
        """The output of kubectl, the machine's own where there is one."""
        return self._output("kubectl", arguments, input)

    def helm(self, *arguments: str) -> str:
        """The output of helm, the machine's own where there is one."""
        return self._output("helm", arguments, None)

    def start(self) -> None:
        """Say whose cluster it is, and that it answers."""
        address = self.kubectl("config", "view", "--minify", "--output=jsonpath={.clusters[0].cluster.server}")
        say(f"using the cluster at {address}, as DEMO_KUBECONFIG says")
        self.kubectl("version")

    def provide_images(self) -> Images:
        """Take them by name."""
        return Images(self._operator, self._sample, "IfNotPresent", self._operator)

    def end(self) -> bool:
        """Leave the cluster as it is."""
        return False

    def _output(self, program: str, arguments: tuple[str, ...], text: str | None) -> str:
        command = [shutil.which(program) or str(build().path(program)), *arguments]
        done = subprocess.run(  # noqa: S603 - a list of our own words, no shell
            command, env=self._environment, input=text or "", capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise DemoError(f"`{program} {' '.join(arguments)}` failed: {(done.stderr + done.stdout).strip()}")
        return done.stdout


def place(environment: Mapping[str, str] = os.environ) -> Place:
    """The place that the environment asks for."""
    given = [name for name in ("DEMO_KUBECONFIG", "DEMO_IMAGE") if environment.get(name)]
    if not given:
        return OwnCluster(Cluster(NAME, outlive=True))
    if len(given) == 1:
        raise DemoError(
            f"{given[0]} is set alone. Another cluster than the demo's own is used only when DEMO_KUBECONFIG names its"
            " kubeconfig and DEMO_IMAGE the operator's image, which its nodes can pull."
        )
    return GivenCluster(environment)


def _python() -> str:
    """The interpreter as one types it in this folder."""
    try:
        return str(Path(sys.executable).relative_to(Path.cwd()))
    except ValueError:
        return sys.executable
