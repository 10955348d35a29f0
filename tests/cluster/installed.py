"""The operator as its users have it: installed by Helm in the real cluster, and what tests ask of it."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from tests.cluster.errors import ClusterError
from tests.cluster.images import OPERATOR
from tests.cluster.machine import Cluster

CHART = Path(__file__).parents[2] / "charts" / "readiness-operator"
RELEASE = "readiness"
NAMESPACE = "readiness-system"
SERVICE_ACCOUNT = f"system:serviceaccount:{NAMESPACE}:readiness-operator"
_SELECTOR = "app.kubernetes.io/name=readiness-operator,app.kubernetes.io/component!=test"
_POD_NAME = "authentication.kubernetes.io/pod-name"  # in the audit log, of a request with a pod's own token
READS = frozenset({"get", "list", "watch"})

Raw = dict[str, Any]


@dataclass
class Installation:
    """A release of the chart in a cluster."""

    cluster: Cluster
    values: Raw = field(default_factory=dict)

    def install(self, **changes: Any) -> None:
        """Install or upgrade, and wait until it is ready."""
        repository, _, tag = OPERATOR.rpartition(":")
        values = {
            "image": {"repository": repository, "tag": tag, "pullPolicy": "Never"},
            "fullnameOverride": "readiness-operator",
            **self.values,
            **changes,
        }
        text = json.dumps(values)
        folder = self.cluster.layout.folder
        (folder / "values.json").write_text(text)
        self.cluster.helm(
            "upgrade", "--install", RELEASE, str(CHART), "--namespace", NAMESPACE, "--create-namespace",
            "--values", str(folder / "values.json"), "--wait", "--timeout", "110s", "--take-ownership",
        )  # fmt: skip

    def uninstall(self) -> None:
        """Remove the release."""
        self.cluster.helm("uninstall", RELEASE, "--namespace", NAMESPACE, "--wait", "--ignore-not-found")

    def pods(self) -> list[Raw]:
        """The operator's pods."""
        found = self.cluster.objects("pods", "-n", NAMESPACE, "-l", _SELECTOR)
        return [pod for pod in found["items"] if "deletionTimestamp" not in pod["metadata"]]

    def scale(self, replicas: int) -> None:
        """Have so many replicas, and wait until there are, and none any more that is still ending."""
        self.cluster.kubectl("scale", "deployment/readiness-operator", "-n", NAMESPACE, f"--replicas={replicas}")
        every = ("pods", "-n", NAMESPACE, "-l", _SELECTOR)
        comes_to(lambda: len(self.cluster.objects(*every)["items"]), replicas, 90)

    def leader(self) -> str:
        """The name of the pod that leads; empty when none does."""
        lease = self.cluster.objects("lease", "-n", NAMESPACE, "readiness-operator")
        return str(lease["spec"].get("holderIdentity") or "").partition("_")[0]

    def ask(self, pod: Raw, path: str) -> str:
        """What a pod answers on its health port."""
        url = f"http://{pod['status']['podIP']}:8080{path}"
        done = self.cluster.run(["curl", "-s", "-m", "15", url], capture_output=True, text=True, check=True)
        return str(done.stdout)

    def logs(self) -> str:
        """The end of all logs, for failures."""
        return self.cluster.kubectl("logs", "-n", NAMESPACE, "-l", _SELECTOR, "--tail", "60", "--prefix")

    def reads(self) -> list[Raw]:
        """What the pods that are there now read of Secrets, from the API server's audit log."""
        names = {pod["metadata"]["name"] for pod in self.pods()}
        asked = (event for event in self.cluster.audit_events() if event["verb"] in READS)
        return [event for event in asked if names & set(event["user"].get("extra", {}).get(_POD_NAME, ()))]

    def process(self, pod: Raw) -> int:
        """The process id of a pod's operator, as the machine sees it."""
        uid = pod["metadata"]["uid"]
        for folder in Path("/proc").iterdir():
            if folder.name.isdecimal():
                try:
                    if uid in (folder / "cgroup").read_text() and b"readiness" in (folder / "cmdline").read_bytes():
                        return int(folder.name)
                except OSError:
                    continue  # it ended meanwhile
        raise ClusterError(f"no process of pod {pod['metadata']['name']} is running")


@dataclass
class Namespace:
    """A namespace of the test's own."""

    cluster: Cluster
    name: str

    def apply(self, *documents: Raw | str) -> None:
        """Apply manifests."""
        parts = [text if isinstance(text, str) else yaml.safe_dump(text) for text in documents]
        self.cluster.kubectl("apply", "-n", self.name, "-f", "-", input="\n---\n".join(parts))

    def keep_secret(self, name: str, values: dict[str, str]) -> None:
        """Apply a Secret so that its values stand in no annotation."""
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": values}
        self.cluster.kubectl("apply", "--server-side", "-n", self.name, "-f", "-", input=json.dumps(secret))

    def policy(self, name: str) -> Raw:
        """A policy's status."""
        return dict(self.cluster.objects("rdp", "-n", self.name, name).get("status", {}))

    def condition(self, policy: str, kind: str) -> Raw:
        """A condition of a policy; empty when it has none."""
        found = (item for item in self.policy(policy).get("conditions", ()) if item["type"] == kind)
        return next(found, {})

    def report(self, name: str) -> Raw | None:
        """A report; None when there is none."""
        items = self.cluster.objects("rdr", "-n", self.name)["items"]
        return next((item for item in items if item["metadata"]["name"] == name), None)

    def events(self) -> list[Raw]:
        """The operator's events."""
        items = self.cluster.objects("events.events.k8s.io", "-n", self.name)["items"]
        return [item for item in items if item.get("reportingController") == "readiness.dev/operator"]

    def control(self, workload: str, query: str) -> None:
        """Tell the pods of a workload (by its label app) how to answer from now on."""
        self.tell(self.addresses(workload), query)

    def addresses(self, workload: str) -> list[str]:
        """The addresses of a workload's pods, by its label app."""
        pods = self.cluster.objects("pods", "-n", self.name, "-l", f"app={workload}")["items"]
        return [pod["status"]["podIP"] for pod in pods]

    def tell(self, addresses: list[str], query: str) -> None:
        """Tell pods how to answer from now on, without the API server's help."""
        for address in addresses:
            url = f"http://{address}:8080/control?{query}"
            self.cluster.run(["curl", "-sf", "-X", "POST", url], check=True, capture_output=True)


def wait_for(happened: Callable[[], object], within: float = 60.0, pause: float = 0.2) -> float:
    """Wait until something is true; returns after how many seconds it was."""
    began = time.monotonic()
    while not happened():
        if time.monotonic() - began > within:
            raise AssertionError(f"did not happen within {within} s")
        time.sleep(pause)
    return time.monotonic() - began


def comes_to(read: Callable[[], object], expected: object, within: float = 60.0) -> None:
    """Wait until what is read is as expected; the error shows what was read last."""
    deadline = time.monotonic() + within
    while (found := read()) != expected and time.monotonic() < deadline:
        time.sleep(0.2)
    assert found == expected, f"after {within} s"


def writes_of(cluster: Cluster, user: str) -> Iterator[Raw]:
    """What a user wrote, from the API server's audit log."""
    for event in cluster.audit_events():
        by_test = event.get("userAgent", "").startswith(("curl/", "kubectl/"))  # with a token of the user's
        if event["user"]["username"] == user and event["verb"] not in READS and not by_test:
            yield event
