"""What is in Secrets: whether it was changed lately, by their metadata, and whether it is hard to guess, by a look."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.absence import attested_or
from readiness.checks.parameters.duration import Duration, seconds
from readiness.checks.parameters.limits import Ge, Le, Len, doc
from readiness.model import (
    Category,
    Fail,
    Finding,
    Pod,
    PodSpec,
    Recheck,
    Secret,
    Severity,
    Skip,
    Snapshot,
    Strength,
    Unknown,
    Workload,
)
from readiness.model.reasons import Reason
from readiness.model.records import dataclass

Word = Annotated[str, Len(1, 253)]


@dataclass(frozen=True, slots=True)
class Use:
    """
    A place where pods take something from a Secret.

    `keys` are those that it takes, None for all that there are. One that is taken alone is called `name` in the pod,
    all others have `prefix` before their own.
    """

    secret: str
    path: str
    keys: tuple[str, ...] | None
    name: str = ""
    prefix: str = ""
    optional: bool = False

    def wanted(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Which of its keys may be meant by these names, of keys or of the variables that they come under."""
        if self.keys is None:
            return tuple(dict.fromkeys(key for name in names for key in (name, name.removeprefix(self.prefix))))
        return self.keys if self.name in names else tuple(key for key in self.keys if key in names)


def uses(pod: PodSpec) -> Iterator[Use]:
    """Every place where a pod takes something from a Secret."""
    for container in pod.declared_containers:
        for env in container.env:
            if env.source is not None and env.source.kind == "Secret":
                path = f"{container.path}.env[{env.name}]"
                yield Use(env.source.name, path, (env.source.key,), env.name, optional=env.source.optional)
        for source in container.env_from:
            if source.kind == "Secret":
                path = f"{container.path}.envFrom[{source.name}]"
                yield Use(source.name, path, None, prefix=source.prefix, optional=source.optional)
    for volume in pod.volumes:
        for source in volume.sources:
            keys = tuple(item.key for item in volume.items if item.source == source)
            if source.kind == "Secret":
                yield Use(source.name, f"{pod.path}.volumes[{volume.name}]", keys or None, optional=source.optional)


@dataclass(frozen=True, slots=True)
class RotationParameters:
    """How old what is in Secrets may be, and in which."""

    max_age: Annotated[Duration, doc("The greatest age of the last change of a Secret's data.")] = "2160h"
    names: Annotated[
        tuple[Word, ...], Len(0, 64), doc("Secrets, keys, or variables that they come under; all Secrets when empty.")
    ] = ()


@check(
    "Secrets are rotated",
    severity=Severity.HIGH,
    category=Category.SECRETS,
    kind=Kind.SECRET,
    reads=(Pod, Secret),
    live=True,
    remedy="Replace the credential, and have something replace it from now on: a store's operator, or a CronJob.",
)
def secret_rotation(workload: Workload, cluster: Snapshot, parameters: RotationParameters) -> Iterator[Finding]:
    """
    A credential that leaked, or that somebody took along when he left, opens the door for as long as it is the same.

    Rule: the data of each Secret that the pods take something from was written less than maxAge ago: by the latest
    time in metadata.managedFields of a writer of data, else by the annotation readiness.dev/rotated-at, else by its
    creation. What such a writer changes of labels counts as well, for nothing tells it apart. Where the operator does
    not read the metadata of Secrets an attestation decides.
    """
    used = {use.secret: use for use in uses(workload.pod) if _is_named(use, workload, cluster, parameters.names)}
    if not used:
        yield Skip("it takes none of these from a Secret" if parameters.names else "it takes nothing from a Secret")
    elif not cluster.serves(Secret):
        gap = Unknown("Secrets are not read: the operator's setting secrets.read is none", Reason.NOT_ENABLED)
        yield from attested_or("secret-rotation", gap, workload, cluster, parameters)
        return
    for name, use in used.items():
        found = cluster.secret(workload.ref.namespace, name)
        if found is None or found.written is None:
            if found is not None or not use.optional:
                yield Unknown(f"nothing tells when Secret {name} was written")
            continue
        end = found.written + timedelta(seconds=seconds(parameters.max_age))
        if cluster.now > end:
            yield Fail(use.path, f"Secret {name} has not been changed for {parameters.max_age}")
        else:
            yield Recheck(end + timedelta(seconds=1))


def _is_named(use: Use, workload: Workload, cluster: Snapshot, names: tuple[str, ...]) -> bool:
    if not names or use.secret in names:
        return True
    found = cluster.secret(workload.ref.namespace, use.secret)
    there = found.keys if found is not None else None
    return any(use.keys is not None or there is None or key in there for key in use.wanted(names))


@dataclass(frozen=True, slots=True)
class StrengthParameters:
    """Which values must be how hard to guess."""

    keys: Annotated[tuple[Word, ...], Len(1, 64), doc("Keys of Secrets, or variables that they come under.")] = (
        "JWT_SECRET",
    )
    min_bits: Annotated[int, Ge(1), Le(4096), doc("The least estimated entropy.")] = 128
    min_bytes: Annotated[int, Ge(1), Le(4096), doc("The least length.")] = 32
    inspect: Annotated[bool, doc("Look at the values where that is allowed; else an attestation decides.")] = True


@check(
    "Secret values are long and random enough",
    severity=Severity.HIGH,
    category=Category.SECRETS,
    kind=Kind.SECRET,
    reads=(Pod, Strength),
    remedy="Generate the value, as by `openssl rand -base64 48`, and replace it everywhere.",
)
def secret_strength(workload: Workload, cluster: Snapshot, parameters: StrengthParameters) -> Iterator[Finding]:
    """
    A key that signs sessions is attacked at leisure with one token and a list of words: who finds it is everybody.

    Rule: each of keys that the pods take from a Secret is at least minBytes long, has at least minBits of entropy by
    an estimate that is an upper bound, and is no default that everybody knows. Values are looked at where the operator
    (secrets.inspect) or the command (--inspect-secrets) is told so, in memory; only length and estimate are kept, and
    neither is shown. Elsewhere an attestation decides, with its `bits` and `bytes` where it gives them.
    """
    places = [(use, keys) for use in uses(workload.pod) if (keys := use.wanted(parameters.keys))]
    if not places:
        yield Skip("it takes none of these keys from a Secret")
    elif not parameters.inspect or cluster.inspect is None:
        gap = _unallowed(cluster, asked=parameters.inspect)
        yield from attested_or("secret-strength", gap, workload, cluster, parameters)
    else:
        findings = [found for use, keys in places for found in _looked_at(use, keys, workload, cluster, parameters)]
        yield from dict.fromkeys(findings)


def _unallowed(cluster: Snapshot, *, asked: bool) -> Unknown:
    if not asked:
        return Unknown("the policy lets nobody look at values", Reason.NOT_ENABLED)
    if cluster.live:
        return Unknown(
            "values of Secrets are not looked at: the operator's setting secrets.inspect is off", Reason.NOT_ENABLED
        )
    return Unknown("values of Secrets are looked at with --inspect-secrets only", Reason.NOT_EVALUATED)


def _looked_at(
    use: Use, keys: tuple[str, ...], workload: Workload, cluster: Snapshot, parameters: StrengthParameters
) -> Iterator[Finding]:
    found = cluster.strengths_of(workload.ref.namespace, use.secret)
    if found is None:
        reason = Reason.EVIDENCE_MISSING if cluster.live else Reason.NOT_EVALUATED
        yield Unknown(f"the values of Secret {use.secret} have not been seen", reason)
        return
    for key in keys:
        if key in found and (faults := list(_weaknesses(found[key], parameters))):
            yield Fail(use.path, f"key {key} of Secret {use.secret} {' and '.join(faults)}")


def _weaknesses(strength: Strength, parameters: StrengthParameters) -> Iterator[str]:
    if strength.known:
        yield "is a default that everybody knows"
        return
    if strength.size < parameters.min_bytes:
        yield f"is shorter than {parameters.min_bytes} bytes"
    if strength.bits < parameters.min_bits:
        yield f"has less than {parameters.min_bits} bits of entropy"
