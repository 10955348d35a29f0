"""A real one-node Kubernetes on this machine, out of ordinary processes in namespaces of their own.

with Cluster("mine") as cluster:
    cluster.kubectl("get", "nodes")
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from tests.cluster import cgroups, config, kwok, mounts, network
from tests.cluster.components import CONTROL_PLANE, NODE_COMPONENTS, commands
from tests.cluster.errors import ClusterError
from tests.cluster.identity import Process
from tests.cluster.images import pause_archive
from tests.cluster.layout import FOLDER_PREFIX, Layout
from tests.cluster.namespace import Namespace, OwnedNamespace
from tests.cluster.packages import FOR_NODES, require, require_linux_root
from tests.cluster.programs import Programs, build
from tests.cluster.record import Record

_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_POLL = 0.05  # seconds
_PATIENCE = 60  # seconds for a component to come up; a loaded machine needs some of it


class Cluster:
    """One cluster, by its name: this process may start it, or use and stop what another one started."""

    def __init__(self, name: str, folder: Path | None = None, *, audit: bool = False, outlive: bool = False) -> None:
        """A handle; nothing starts yet.

        `audit` logs every write to the API server. A cluster ends with the process that started it,
        however that ends, unless it is to `outlive` it.
        """
        self.layout = Layout.of(name, folder)
        self.audit = audit
        self._outlive = outlive
        self._owned: OwnedNamespace | None = None
        self._popened: list[subprocess.Popen[Any]] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def name(self) -> str:
        """The cluster's name, unique on the machine."""
        return self.layout.name

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig; its address exists inside the cluster's network only."""
        return self.layout.kubeconfig

    @property
    def running(self) -> bool:
        """Whether its first process lives, whoever started it."""
        record = Record.read(self.layout.folder)
        return bool(record and record.first.alive)

    def start(self) -> None:
        """Start everything and wait until the node is Ready, which takes some five seconds."""
        require_linux_root()
        require(FOR_NODES)
        mounts.refuse_hidden(self.layout.folder)
        self._refuse_running()
        programs, pause = build(), pause_archive()
        self.stop()  # what a killed run of the same name left
        self.layout.folder.mkdir(parents=True, mode=0o700)
        config.write(self.layout)
        cgroups.create(self.layout.cgroup)
        try:
            self._owned = OwnedNamespace(outlive=self._outlive)
            owner = None if self._outlive else Process.of(os.getpid())
            first = self._owned.namespace.first
            Record(first, owner, programs.folder, self.audit).write(self.layout.folder)
            self._bring_up(pause)
        except BaseException:
            self._end()  # the logs stay for the reader, till the next start under this name
            raise

    def stop(self) -> None:
        """End everything and remove the folder; harmless when nothing runs."""
        folder = self.layout.folder
        usual = folder == Layout.of(self.name).folder
        if folder.exists() and not usual and Record.read(folder) is None and any(folder.iterdir()):
            raise ClusterError(f"{folder} holds something else than a cluster, and is left alone")
        self._end()
        if folder.exists():
            shutil.rmtree(folder)

    def _refuse_running(self) -> None:
        record = Record.read(self.layout.folder)
        if record and record.first.alive and (record.owner is None or record.owner.alive):
            raise ClusterError(
                f"a cluster {self.name!r} runs already; stop it: python -m tests.cluster --name {self.name} down"
            )

    def _end(self) -> None:
        for process in self._popened:
            if process.poll() is None:
                process.kill()
            process.wait()
        self._popened.clear()
        record = Record.read(self.layout.folder)
        if record:
            Namespace(record.first).end()
        if self._owned:
            self._owned.namespace.end()
            self._owned.release()
            self._owned = None
        cgroups.remove(self.layout.cgroup)

    def _bring_up(self, pause: Path) -> None:
        self._namespace().script(mounts.set_up(self.layout) + network.SET_UP)
        for name in ("etcd", "apiserver", "containerd"):
            self.start_component(name)
        self._await("containerd", self.layout.containerd_socket.is_socket)
        self.load_image(pause)
        self._await("apiserver", self._api_ready)
        for name in (*CONTROL_PLANE, *NODE_COMPONENTS):
            self.start_component(name)
        self._await("kubelet", self._node_ready)
        self._await("controller-manager", self._pods_welcome)

    def start_component(self, name: str) -> None:
        """Start one of `components.PROGRAMS`; does not wait for it."""
        record = self._record()
        program, *arguments = commands(self.layout, audit=record.audit)[name]
        environment = {"PATH": f"{self._programs().bin}:{_SYSTEM_PATH}", "HOME": str(self.layout.folder)}
        command = [str(self._programs().path(program)), *arguments]
        Namespace(record.first).start(name, command, self.layout.folder, environment)

    def stop_component(self, name: str, patience: float = 2) -> None:
        """End a component: SIGTERM, and SIGKILL when it takes longer than `patience` seconds.

        Left alone, the API server waits a minute for its watches and etcd seven seconds for the API server.
        """
        self._signal(name, "TERM")
        if not _wait_until(lambda: not self.component_alive(name), patience):
            self._signal(name, "KILL")
            _wait_until(lambda: not self.component_alive(name), patience)

    def restart(self, name: str) -> None:
        """End a component and start it again; returns when the API server, if it was that, is ready again."""
        self.stop_component(name)
        self.start_component(name)
        if name in {"apiserver", "etcd"}:
            self._await(name, self._api_ready)

    def pause(self, name: str) -> None:
        """Freeze a component (SIGSTOP): it keeps its connections and answers nothing."""
        self._signal(name, "STOP")

    def resume(self, name: str) -> None:
        """Let a frozen component go on."""
        self._signal(name, "CONT")

    def component_alive(self, name: str) -> bool:
        """Whether a component runs (or is frozen)."""
        pid = self.layout.pid(name)
        return pid.exists() and bool(
            self._namespace().script('kill -0 "$1" 2>/dev/null && echo yes || :', pid.read_text())
        )

    def _signal(self, name: str, signal: str) -> None:
        """Signal a component by its number inside the namespaces, so that nothing outside can ever be hit."""
        if not self.component_alive(name):
            raise ClusterError(f"{name} does not run")
        self._namespace().script('kill -s "$1" "$2"', signal, self.layout.pid(name).read_text().strip())

    def run(self, command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[Any]:
        """subprocess.run in the cluster's network, with KUBECONFIG and PATH set; the files are the machine's."""
        options["env"] = self.environment() | options.get("env", {})
        check, timeout = options.pop("check", False), options.pop("timeout", 120)
        entering = self._namespace().entering(command)
        return subprocess.run(entering, check=check, timeout=timeout, **options)

    def popen(self, command: Sequence[str], **options: Any) -> subprocess.Popen[Any]:
        """subprocess.Popen in the cluster's network, as with run(); stop() kills what still runs then."""
        options["env"] = self.environment() | options.get("env", {})
        process = subprocess.Popen(self._namespace().entering(command), **options)
        self._popened.append(process)
        return process

    def kubectl(self, *arguments: str, input: str | None = None) -> str:  # noqa: A002 - the name subprocess.run uses
        """The output of kubectl; ClusterError with its complaint when it fails."""
        return self._output(["kubectl", *arguments], input)

    def helm(self, *arguments: str) -> str:
        """The output of helm; ClusterError with its complaint when it fails."""
        return self._output(["helm", *arguments], None)

    def objects(self, *arguments: str) -> Any:
        """What `kubectl get … -o json` says, parsed."""
        return json.loads(self.kubectl("get", *arguments, "-o", "json"))

    def load_image(self, archive: Path) -> None:
        """Import an OCI or docker archive into the node, as `ctr image import` does; there is no registry."""
        self._ctr("images", "import", str(archive))

    def tag_image(self, image: str, name: str) -> None:
        """Let an image of the node have another name as well."""
        self._ctr("images", "tag", "--force", image, name)

    def _ctr(self, *arguments: str) -> None:
        ctr = ["ctr", "--address", str(self.layout.containerd_socket), "--namespace", "k8s.io"]
        self._output([*ctr, *arguments], None)

    def token_for(self, namespace: str, service_account: str) -> str:
        """A token of a ServiceAccount, good for an hour."""
        return self.kubectl("--namespace", namespace, "create", "token", service_account).strip()

    def audit_events(self) -> Iterator[dict[str, Any]]:
        """What `config.audit_policy` lets be logged of the requests so far, oldest first, as audit.k8s.io/v1 Events."""
        if not self._record().audit:
            raise ClusterError("the cluster was started without audit=True")
        if self.layout.audit_log.exists():
            with self.layout.audit_log.open() as log:
                for line in log:
                    if line.endswith("\n"):  # the last one may be half written
                        yield json.loads(line)

    def start_kwok(self, nodes: int = 1) -> None:
        """Add fake nodes, whose pods are Running without a process; kwok.POD_PLACEMENT sends pods there."""
        shutil.copyfile(self._programs().kwok_stages, self.layout.folder / "stages.yaml")
        self.start_component("kwok")
        self.kubectl("apply", "--server-side", "-f", "-", input=json.dumps(kwok.nodes(nodes)))
        self.kubectl("wait", "--for=condition=Ready", "node", "--selector", kwok.SELECTOR, "--timeout=60s")

    def environment(self) -> dict[str, str]:
        """The environment of commands in the cluster's network; no proxy is reachable from there."""
        folder = self.layout.folder
        inherited = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        helm = {f"HELM_{kind}_HOME": str(folder / "helm" / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA")}
        return (
            inherited
            | helm
            | {
                "KUBECONFIG": str(self.kubeconfig),
                "KUBECACHEDIR": str(folder / "kubectl"),
                "PATH": f"{self._programs().bin}:{os.environ.get('PATH', '')}:{_SYSTEM_PATH}",
            }
        )

    def _record(self) -> Record:
        record = Record.read(self.layout.folder)
        if record is None:
            raise ClusterError(
                f"no cluster {self.name!r} runs; start it: python -m tests.cluster --name {self.name} up"
            )
        return record

    def _namespace(self) -> Namespace:
        return Namespace(self._record().first)

    def _programs(self) -> Programs:
        """Those that the cluster was started with, whatever the pins say by now."""
        return Programs(self._record().programs)

    def _output(self, command: Sequence[str], text: str | None) -> str:
        stdin: dict[str, Any] = {"stdin": subprocess.DEVNULL} if text is None else {"input": text}
        done = self.run(command, capture_output=True, text=True, **stdin)
        if done.returncode != 0:
            raise ClusterError(f"`{' '.join(command)}` failed: {(done.stderr + done.stdout).strip()}")
        return str(done.stdout)

    def _await(self, name: str, happened: Callable[[], bool]) -> None:
        """Wait for what a component is to bring about; when it ends or is late, its log is in the error."""
        deadline = time.monotonic() + _PATIENCE
        while not happened():
            if not self.component_alive(name):
                raise ClusterError(f"{name} ended\n{self.layout.log_tail(name)}")
            if time.monotonic() > deadline:
                late = f"{name} is not ready after {_PATIENCE} s; what it waits for may be in another log"
                raise ClusterError(f"{late}\n{self.layout.log_tail(name)}")
            time.sleep(_POLL)

    def _api_ready(self) -> bool:
        """The health endpoints are open to anonymous users, so this needs no token."""
        request = [
            "curl",
            "--silent",
            "--fail",
            "--max-time",
            "2",
            "--cacert",
            str(self.layout.authority),
            f"{network.API_SERVER}/readyz",
        ]
        return self.layout.authority.exists() and self.run(request, stdout=subprocess.DEVNULL).returncode == 0

    def _node_ready(self) -> bool:
        return self._waited("condition=Ready", f"node/{network.NODE}")

    def _pods_welcome(self) -> bool:
        """Pods are refused until the controller manager has made their namespace's ServiceAccount."""
        return self._waited("create", "serviceaccount/default")

    def _waited(self, condition: str, thing: str) -> bool:
        command = ["kubectl", "wait", f"--for={condition}", thing, "--timeout=5s"]
        return self.run(command, capture_output=True).returncode == 0


def sweep() -> None:
    """Remove what clusters of killed sessions left: they themselves ended with their owners."""
    for folder in Path("/tmp").glob(f"{FOLDER_PREFIX}*"):
        record = Record.read(folder)
        if record and record.owner and not record.owner.alive:
            Cluster(folder.name.removeprefix(FOLDER_PREFIX)).stop()


def _wait_until(happened: Callable[[], bool], patience: float) -> bool:
    deadline = time.monotonic() + patience
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL)
    return True
