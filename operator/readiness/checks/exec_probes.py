"""Exec probes: what kubelet runs inside of containers, again and again."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated

from readiness.checks.check import check
from readiness.checks.parameters.limits import Len, doc
from readiness.model import Category, Container, Fail, Finding, Severity, Skip, Snapshot, Workload
from readiness.model.records import dataclass

_STATEMENTS = re.compile(r"[;&|()`{}\n]+")
_SHELL = re.compile(r"-[a-z]*c")  # the option of a shell whose argument is a script


@dataclass(frozen=True, slots=True)
class CommandParameters:
    """What a probe must not run."""

    denied: Annotated[
        tuple[Annotated[str, Len(1, 128)], ...], Len(1, 64), doc("Names of programs, without their folder.")
    ] = ("jcmd", "jmap", "jps", "jstack", "ps", "kill", "killall", "pkill", "rm", "reboot", "shutdown")


@check(
    "Probes run nothing that does harm",
    severity=Severity.LOW,
    category=Category.RELIABILITY,
    remedy="Ask an HTTP or gRPC endpoint, or run a small program that answers for the process.",
)
def probe_commands(workload: Workload, _cluster: Snapshot, parameters: CommandParameters) -> Iterator[Finding]:
    """
    A probe runs every few seconds for ever: jcmd stops the JVM each time, and ps finds the hung process just as well.

    Rule: no exec probe starts a program of denied, by itself or in a shell's script. Arguments are not looked at.
    """
    found = [(container, *item) for container in workload.pod.app_containers for item in _commands(container)]
    if not found:
        yield Skip("no container declares an exec probe")
    for container, field, command in found:
        started = _started(command)
        program = next((name for name in parameters.denied if name in started), None)
        if program is not None:
            message = f"the {field} of container {container.name} runs {program}"
            yield Fail(f"{container.path}.{field}.exec.command", message)


def _commands(container: Container) -> Iterator[tuple[str, tuple[str, ...]]]:
    return ((field, handler.command) for field, handler in container.handlers if handler.kind == "exec")


def _started(command: tuple[str, ...]) -> set[str]:
    """The names of the programs that a command starts: its own, and those of its script if it is a shell."""
    scripts = [text for option, text in pairwise(command) if _SHELL.fullmatch(option)]
    statements = [statement for script in scripts for statement in _STATEMENTS.split(script)]
    words = [*command[:1], *(word for statement in statements for word in statement.split()[:1])]
    return {word.rpartition("/")[2] for word in words}
