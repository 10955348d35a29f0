"""The namespaces that a cluster lives in: network, mounts and processes, ended by ending one process."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.errors import ClusterError
from tests.cluster.identity import Process, child_of

# Process 1 inside: it reaps orphans, and lives as long as the program given. For a test session that is `cat`,
# reading from a pipe which the session holds open: however it ends, the pipe closes and the cluster ends too.
_FIRST_PROCESS = 'echo up; exec 3<&0 >/dev/null 2>&1; "$@" <&3 & wait $!'
_UNTIL_PIPE_CLOSES = ("cat",)
_FOREVER = ("sleep", "infinity")

# Runs `$3...` in folder $1, its output appended to $2.log and its number (as seen inside) kept in pids/$2.
_BACKGROUND = 'cd "$1"; name=$2; shift 2; setsid "$@" >>"$name.log" 2>&1 </dev/null & echo $! >"pids/$name"'


@dataclass(frozen=True, slots=True)
class Namespace:
    """The first process of running namespaces; everything in them ends with it."""

    first: Process

    @property
    def alive(self) -> bool:
        """Whether the namespaces still exist."""
        return self.first.alive

    def entering(self, command: Sequence[str], *, fully: bool = False) -> list[str]:
        """The argv that runs a command in the network alone, or `fully`: in mounts and processes too."""
        if not self.alive:
            raise ClusterError("the cluster does not run (any more)")
        kinds = ["--net", "--mount", "--pid"] if fully else ["--net"]
        return ["nsenter", "--target", str(self.first.pid), *kinds, "--", *command]

    def script(self, text: str, *arguments: str) -> str:
        """Run a shell script inside, stopping at the first failure, and return its output."""
        command = self.entering(["sh", "-euc", text, "sh", *arguments], fully=True)
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise ClusterError(f"inside the cluster's namespaces, a script failed: {done.stderr.strip()}")
        return done.stdout

    def start(self, name: str, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        """Start a program in the background inside; log and number go to `folder`."""
        outer = self.entering(["sh", "-euc", _BACKGROUND, "sh", str(folder), name, *command], fully=True)
        subprocess.run(outer, env=dict(environment), stdin=subprocess.DEVNULL, timeout=60, check=True)

    def end(self) -> None:
        """End everything inside; the mounts go with it."""
        if not self.first.kill():
            raise ClusterError(f"process {self.first.pid}, the first of the cluster, does not end")


class OwnedNamespace:
    """Namespaces just made, which end with this process unless they are to outlive it."""

    def __init__(self, *, outlive: bool) -> None:
        program = _FOREVER if outlive else _UNTIL_PIPE_CLOSES
        self._outer = subprocess.Popen(
            [
                "unshare",
                "--net",
                "--mount",
                "--pid",
                "--fork",
                "--kill-child",
                "--mount-proc",
                "--propagation",
                "private",
                "sh",
                "-c",
                _FIRST_PROCESS,
                "sh",
                *program,
            ],
            stdin=subprocess.DEVNULL if outlive else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._outer.stdout
        assert self._outer.stderr
        up = self._outer.stdout.readline()
        first = child_of(self._outer.pid) if up else None
        if first is None:
            raise ClusterError(f"no namespaces can be made here: {self._outer.communicate()[1].strip()}")
        self._outer.stdout.close()
        self._outer.stderr.close()
        self.namespace = Namespace(first)

    def release(self) -> None:
        """Forget the ended namespaces: close the pipe and reap."""
        if self._outer.stdin:
            self._outer.stdin.close()
        self._outer.wait(timeout=20)
