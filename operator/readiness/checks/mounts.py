"""Mounted files: who may read them, and what they give away."""

from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import Kind, NoParameters, check
from readiness.checks.fix import Edit, Fix, Octal, put
from readiness.checks.parameters.limits import Len, Predicate, doc
from readiness.model import (
    Category,
    Fail,
    Finding,
    PodSpec,
    ServiceAccount,
    Severity,
    Skip,
    Snapshot,
    Volume,
    Workload,
)
from readiness.model.records import dataclass

_FILE_KINDS = frozenset({"secret", "configMap", "projected", "downwardAPI"})
_DEFAULT_MODE = 0o644
_OTHERS_READ = 0o004
_INJECTED_TOKEN = "kube-api-access-"


@check(
    "The default ServiceAccount's token is not mounted",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    kind=Kind.RELATION,
    reads=(ServiceAccount,),
    remedy="Set automountServiceAccountToken: false, or give the workload a ServiceAccount of its own.",
    fix=put(value=False, risk="programs that call the API server"),
)
def service_account_token(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Whoever breaks into the container gets the token, and every right that anybody ever gave the shared default account.

    Rule: a pod that runs as the ServiceAccount `default` does not mount its token: automountServiceAccountToken of the
    pod, else of the ServiceAccount, else true.
    """
    pod = workload.pod
    if pod.service_account != "default" or pod.automount_token is False:
        return
    account = cluster.service_account_of(workload)
    if pod.automount_token is None and account is not None and account.automount_token is False:
        return
    yield Fail(f"{pod.path}.automountServiceAccountToken", "the token of ServiceAccount default is mounted")


def is_file_mode(text: str) -> bool:
    """Whether it is an octal file mode such as 0640 (the name stands in the error that a policy's author sees)."""
    digits = text.removeprefix("0o")
    return digits.isascii() and digits.isdecimal() and not set(digits) & {"8", "9"} and int(digits, 8) <= 0o777  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class ModeParameters:
    """How far mounted files may be open."""

    max_mode: Annotated[str, Len(3, 5), Predicate(is_file_mode), doc("Octal; no mode has a bit outside it.")] = "0640"
    fs_group: Annotated[
        bool, doc("Where others may not read, securityContext.fsGroup lets containers that are not root do so.")
    ] = True

    @property
    def bits(self) -> int:
        """The bits of maxMode."""
        return int(self.max_mode.removeprefix("0o"), 8)


def _closed(workload: Workload, fail: Fail, parameters: ModeParameters) -> Iterator[Edit]:
    """The bits that are allowed. Without an fsGroup, and whose it is only people know, nobody could read the files."""
    pod, allowed = workload.pod, parameters.bits
    if _lacks_group(pod, parameters):
        return
    for volume in _file_volumes(pod):
        for field, mode in _modes(volume):
            if fail.path == f"{pod.path}.volumes[{volume.name}].{volume.kind}.{field}":
                yield Edit(fail.path, Octal(mode & allowed))


@check(
    "Mounted files are not world readable",
    severity=Severity.LOW,
    category=Category.SECURITY,
    remedy="Set defaultMode: 0640 on the volume, and securityContext.fsGroup on the pod.",
    fix=Fix(_closed, risk="programs that read the files as another user than root and the pod's group, or run them"),
)
def volume_file_mode(workload: Workload, _cluster: Snapshot, parameters: ModeParameters) -> Iterator[Finding]:
    """
    Kubernetes mounts Secrets and ConfigMaps readable by every process of a container unless told otherwise.

    Rule: no defaultMode (0644 when absent) and no item's mode of a secret, configMap, projected or downwardAPI volume
    has a bit outside maxMode. With fsGroup, the pod sets one where maxMode bars others and a container may run as
    another user than root: such files belong to root, and only the group could read them.
    """
    pod = workload.pod
    volumes = _file_volumes(pod)
    if pod.windows or not volumes:
        yield Skip("Windows knows no file modes" if pod.windows else "no files are mounted from Secrets or ConfigMaps")
        return
    allowed = parameters.bits
    for volume in volumes:
        for field, mode in _modes(volume):
            if mode & ~allowed:
                path = f"{pod.path}.volumes[{volume.name}].{volume.kind}.{field}"
                yield Fail(path, f"files of volume {volume.name} have mode {mode:04o}, more than {allowed:04o}")
    if _lacks_group(pod, parameters):
        message = "no fsGroup is set: containers that are not root could not read the files"
        yield Fail(f"{pod.path}.securityContext.fsGroup", message)


def _file_volumes(pod: PodSpec) -> list[Volume]:
    return [v for v in pod.volumes if v.kind in _FILE_KINDS and not v.name.startswith(_INJECTED_TOKEN)]


def _lacks_group(pod: PodSpec, parameters: ModeParameters) -> bool:
    """Whether the files could be read by nobody who is to read them."""
    barred = parameters.fs_group and not parameters.bits & _OTHERS_READ
    return barred and pod.security.fs_group is None and _runs_as_others(pod, _file_volumes(pod))


def _modes(volume: Volume) -> Iterator[tuple[str, int]]:
    """Fields and the modes in force; the default counts unless each item has its own (some sources have no items)."""
    own = [(f"items[{item.path}].mode", item.mode) for item in volume.items if item.mode is not None]
    if not own or len(own) < len(volume.items) or volume.kind == "projected":
        yield "defaultMode", _DEFAULT_MODE if volume.default_mode is None else volume.default_mode
    yield from own


def _runs_as_others(pod: PodSpec, volumes: list[Volume]) -> bool:
    names = {volume.name for volume in volumes}
    readers = (c for c in pod.declared_containers if any(mount.volume in names for mount in c.mounts))
    return any(container.security.run_as_user != 0 for container in readers)
